import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { releaseNotes } from './release-notes.mjs';
import { root } from './set-up.mjs';

/** @param {string} path */
const read = (path) => readFileSync(join(root, path), 'utf8');

test('all packages have one version, and the software tells it', () => {
  const folders = ['apps', 'packages'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => `${folder}/${name}`),
  );
  const told = /holdfastVersion = '([^']+)'/.exec(read('packages/contracts/src/versions.ts'))?.[1];
  for (const folder of ['.', ...folders])
    expect(JSON.parse(read(`${folder}/package.json`)).version, folder).toBe(told);
});

test('the notes of a version are what stands under its heading', () => {
  const changelog = '# Changelog\n\n## Unreleased\n\n## 0.2.0 (2026-12-01)\n\n- new\n\n## 0.1.0\n\n- first\n';
  expect(releaseNotes(changelog, '0.2.0')).toBe('- new');
  expect(releaseNotes(changelog, 'Unreleased')).toBe('');
  expect(releaseNotes(changelog, '0.1')).toBe('');
});
