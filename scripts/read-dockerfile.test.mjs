import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readDockerfile, readDockerignore } from './read-dockerfile.mjs';
import { root } from './set-up.mjs';

test('a build stage is its RUN lines, continued ones as one', () => {
  const text =
    'FROM a AS build\n# no\nRUN one \\\n  && two\nCOPY . .\nRUN three\nFROM a\nRUN four\nCMD ["node", "x.js"]\n';
  expect(readDockerfile(text)).toEqual({ build: ['one && two', 'three'], command: ['node', 'x.js'] });
});

test('.dockerignore lets through all that the set-up reads', () => {
  const isIgnored = readDockerignore(readFileSync(join(root, '.dockerignore'), 'utf8'));
  const { references } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
  for (const { path } of references) expect(isIgnored(`${path}/tsconfig.json`), path).toBe(false);
  expect(isIgnored('apps/api/dist/server.js')).toBe(true);
  expect(isIgnored('a/b/c.log')).toBe(true);
  expect(isIgnored('.git/HEAD')).toBe(true);
  expect(isIgnored('apps/api/src/distance.ts')).toBe(false);
});
