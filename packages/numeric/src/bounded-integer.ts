import { multiplyHigh } from './philox.ts';
import type { Stream } from './stream.ts';

/** A place in a stream, for draws that take a varying number of words. */
export interface Cursor {
  stream: Stream;
  next: number;
}

/**
 * An integer from 0 to `bound − 1`, each equally likely, for a bound from 1 to 2^32 − 1.
 * Source: Lemire, "Fast random integer generation in an interval", ACM TOMACS 29 (2019), algorithm 5.
 */
export function boundedInteger(cursor: Cursor, bound: number): number {
  if (!(bound >= 1 && bound <= 4294967295 && Math.floor(bound) === bound))
    throw new RangeError(`The bound of a random integer is from 1 to 2^32 - 1, not ${bound}`);
  const threshold = (4294967296 - bound) % bound;
  for (;;) {
    const word = cursor.stream.word(cursor.next++);
    if (Math.imul(word, bound) >>> 0 >= threshold) return multiplyHigh(word, bound);
  }
}
