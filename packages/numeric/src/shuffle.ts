import { boundedInteger } from './bounded-integer.ts';
import type { Stream } from './stream.ts';

/** Shuffles in place (Fisher and Yates, every order equally likely), taking the stream's words from index 0 on. */
export function shuffle<T extends Int32Array | unknown[]>(items: T, stream: Stream): T {
  const cursor = { stream, next: 0 };
  const list: { [index: number]: unknown } = items;
  for (let last = items.length - 1; last > 0; last--) {
    const other = boundedInteger(cursor, last + 1);
    const held = list[last];
    list[last] = list[other];
    list[other] = held;
  }
  return items;
}
