import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { findBrokenLinks } from './links.mjs';

/** @type {Record<string, string>} */
const files = { [resolve('/r/docs/quick-start.md')]: '# Quick start\n## The first search, by `curl`\n' };
const read = (/** @type {string} */ path) => files[path] ?? null;

test.each([
  ['[a](docs/missing.md)', '1: there is no docs/missing.md'],
  ['x\n![picture](missing.png)', '2: there is no missing.png'],
  ['[a](docs/quick-start.md#missing)', '1: no heading #missing in docs/quick-start.md'],
  ['# Here\n[a](#there)', '2: no heading #there in here'],
])('%j is reported', (text, problem) => {
  expect(findBrokenLinks('/r/README.md', text, read)).toEqual([problem]);
});

test.each([
  '[a](docs/quick-start.md)',
  '[a](docs/quick-start.md#the-first-search-by-curl)',
  '# Here\n[a](#here)',
  '[a](https://example.org/x)',
  '`[a](missing.md)`',
  '```\n[a](missing.md)\n```',
])('%j is fine', (text) => {
  expect(findBrokenLinks('/r/README.md', text, read)).toEqual([]);
});
