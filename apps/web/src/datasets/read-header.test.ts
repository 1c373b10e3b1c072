import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { readHeader, splitHeader } from './read-header.ts';

it('splits a header line, quotes and all', () => {
  expect(splitHeader('a,b,c\r\n1,2,3')).toEqual(['a', 'b', 'c']);
  expect(splitHeader('\uFEFFa,"b, with ""quotes""",c')).toEqual(['a', 'b, with "quotes"', 'c']);
  expect(splitHeader(',x,x, y ')).toEqual(['x', 'y']);
  expect(splitHeader('"two\nlines",c\n1,2\n')).toEqual(['two\nlines', 'c']);
});

it.each([
  ['semicolons', 'a;b, c;d\n1;2,5;3\n4;5;6\n'],
  ['tabs', 'a\tb, c\td\r\n1\t2\t3\r\n'],
  ['what a first line says', 'sep=|\na|b, c|d\n'],
  ['lines before it', 'Report of May\n\n;;;\na;b, c;d;\n1;2;3;\n4;5;6;\n'],
])('knows %s', (_, text) => {
  expect(splitHeader(text)).toEqual(['a', 'b, c', 'd']);
});

it('reads it from plain and from zipped files', async () => {
  const text = `x,y,class\n${'1,2,0\n'.repeat(100_000)}`;
  expect(await readHeader(new Blob([text]))).toEqual(['x', 'y', 'class']);
  expect(await readHeader(new Blob([gzipSync(text)]))).toEqual(['x', 'y', 'class']);
  expect(await readHeader(new Blob([new Uint8Array([0x1f, 0x8b, 0, 0])]))).toEqual([]);
  expect(await readHeader(new Blob(['PAR1…']))).toEqual([]);
});
