import { expect, test } from 'vitest';
import { parseDuration } from './parse-duration.ts';

test.each([
  ['0m', 0],
  ['30m', 1800],
  ['12h', 43_200],
  ['90d', 7_776_000],
  ['never', null],
])('%s', (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

test.each(['', '1', 'd', '1w', '-1d', '1.5h', '1 d', '999999d'])('%j is refused, and told how', (text) => {
  expect(() => parseDuration(text)).toThrow('write 30m, 12h, 90d or never');
});
