import type { Stream } from './stream.ts';

/**
 * The uniform draw number `index` of a stream, in the open interval (0, 1): 52 bits of words `2·index` and
 * `2·index + 1`, in the middle of their cell, so neither 0 nor 1 ever comes out.
 */
export function uniform(stream: Stream, index: number): number {
  const high = stream.word(2 * index);
  const low = stream.word(2 * index + 1);
  return (high * 1048576 + (low >>> 12) + 0.5) / 4503599627370496;
}
