import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { readHeader, splitHeader } from './read-header.ts';

it('splits a header line, quotes and all', () => {
  expect(splitHeader('a,b,c\r\n1,2,3')).toEqual(['a', 'b', 'c']);
  expect(splitHeader('\uFEFFa,"b, with ""quotes""",c')).toEqual(['a', 'b, with "quotes"', 'c']);
  expect(splitHeader(',x')).toEqual(['', 'x']);
});

it('reads it from plain and from zipped files', async () => {
  const text = `x,y,class\n${'1,2,0\n'.repeat(100_000)}`;
  expect(await readHeader(new Blob([text]))).toEqual(['x', 'y', 'class']);
  expect(await readHeader(new Blob([gzipSync(text)]))).toEqual(['x', 'y', 'class']);
  expect(await readHeader(new Blob([new Uint8Array([0x1f, 0x8b, 0, 0])]))).toEqual([]);
});
