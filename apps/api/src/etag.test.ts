import { expect, it } from 'vitest';
import { matchesEtag, strongEtag } from './etag.ts';

it('differs by revision and by representation, and by nothing else', () => {
  const tag = strongEtag(7, 'a');
  expect(tag).toMatch(/^"7-[\w-]{16}"$/);
  expect(strongEtag(7, 'a')).toBe(tag);
  expect(new Set([tag, strongEtag(8, 'a'), strongEtag(7, 'b')]).size).toBe(3);
});

it.each([
  ['"a"', true],
  ['W/"a"', true],
  ['"x", "a"', true],
  ['"x",W/"a" ', true],
  ['*', true],
  ['"b"', false],
  ['a', false],
  [undefined, false],
])('If-None-Match %s matches "a": %s', (header, expected) => {
  expect(matchesEtag(header, '"a"')).toBe(expected);
});
