import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../set-up.mjs';

/** What reads the environment by these names alone, so that a name in a source is a setting. */
const setting =
  /\b(HOLDFAST_[A-Z_]+|DATABASE_(?:[A-Z]+_)?URL|REDIS_URL|LOG_LEVEL|NO_COLOR|TERM|HOST|PORT|OTEL_EXPORTER_OTLP_ENDPOINT)\b/g;

/** @param {string} folder @returns {string[]} sources that run, not tests */
function sourcesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'generated' ? [] : sourcesBelow(path);
    return /(?<!\.(test|suite))\.(ts|mjs)$/.test(entry.name) ? [path] : [];
  });
}

test('docs/settings.md has every setting that a source reads, and no other', () => {
  const packages = ['apps', 'packages'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(root, folder, name, 'src')),
  );
  const read = new Set(
    packages.flatMap(sourcesBelow).flatMap((path) => {
      // Comments may speak of what is set elsewhere.
      const code = readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
      return [...code.matchAll(setting)].map(([name]) => name);
    }),
  );
  const page = readFileSync(join(root, 'docs', 'settings.md'), 'utf8');
  const listed = new Set([...page.matchAll(/^\| `([A-Z_]+)` \|/gm)].map((match) => match[1] ?? ''));
  expect([...listed].sort()).toEqual([...read].sort());
});
