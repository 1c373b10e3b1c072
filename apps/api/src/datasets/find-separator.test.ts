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
    expect(findSeparator(text)).toEqual({ separator, announcement: 0 });
  });

  it('is what a first line announces', () => {
    expect(findSeparator('sep=;\r\na;b\r\n')).toEqual({ separator: ';', announcement: 7 });
  });
});
