import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { releaseNotes } from './release-notes.mjs';
import { root } from './set-up.mjs';

/** After `changeset version`: the version that all packages have becomes that of the software, and heads what is new. */
const { version } = JSON.parse(readFileSync(join(root, 'packages/contracts/package.json'), 'utf8'));

/**
 * @param {string} path
 * @param {(text: string) => string} change
 */
function rewrite(path, change) {
  const file = join(root, path);
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}

rewrite('package.json', (text) => text.replace(/"version": "\d[^"]*"/, `"version": "${version}"`));
rewrite('packages/contracts/src/versions.ts', (text) =>
  text.replace(/holdfastVersion = '[^']+'/, `holdfastVersion = '${version}'`),
);
const today = new Date().toISOString().slice(0, 10);
rewrite('CHANGELOG.md', (text) =>
  releaseNotes(text, 'Unreleased') === ''
    ? text
    : text.replace('## Unreleased\n', `## Unreleased\n\n## ${version} (${today})\n`),
);
