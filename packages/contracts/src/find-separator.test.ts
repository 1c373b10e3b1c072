import { describe, expect, it } from 'vitest';
import { findSeparator } from './find-separator.ts';

describe('the separator of a text', () => {
  it.each<[text: string, separator: string]>([
    ['a,b,c\n1,2,3\n', ','],
    ['a;b;c\n1,5;2,5;x\n', ';'],
    ['a\tb\n1\t2\n', '\t'],
    ['a|b\n1|2\n', '|'],
    ['"last, first";age\n"Doe, Jo";5\n"Roe, Al";6\n', ';'],
    ['name,notes\nx,a;b;c\ny,"d;e\n;f"\n', ','],
    ['a,b\n1,2,3\n', ','],
    ['alone\n1\n2\n', ','],
    ['a;b', ';'],
    ['', ','],
  ])('%j: %j', (text, separator) => {
    expect(findSeparator(text)).toEqual({ separator, skipped: 0, firstLine: 1, titleLines: 0 });
  });

  it('is what a first line announces', () => {
    expect(findSeparator('sep=;\r\na;b\r\n')).toEqual({
      separator: ';',
      skipped: 7,
      firstLine: 2,
      titleLines: 0,
    });
  });

  it('is that of the lines after a title', () => {
    const title = 'Survey of 2024\r\n\r\n# by a tool\r\n';
    expect(findSeparator(`${title}a;b\r\n1;2\r\n3;4\r\n`)).toEqual({
      separator: ';',
      skipped: title.length,
      firstLine: 4,
      titleLines: 2,
    });
    // One column, whose values are texts with commas or not.
    expect(findSeparator('note\nx, y\nz\n').titleLines).toBe(0);
  });
});
