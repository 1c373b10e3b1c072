import { expect, test } from 'vitest';
import { wrapText } from './wrap-text.ts';

test('breaks between words, and sets the lines after the first in', () => {
  expect(wrapText('Hint: one two three', { indent: 6, width: 13 })).toBe('Hint: one two\n      three');
});

test('leaves alone what fits, and words that are longer than a line', () => {
  expect(wrapText('a b c', { width: 5 })).toBe('a b c');
  expect(wrapText('see abcdefghijkl', { width: 8 })).toBe('see\nabcdefghijkl');
  expect(wrapText('a b c', { width: Infinity })).toBe('a b c');
});
