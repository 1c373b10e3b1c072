import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundedInteger } from './bounded-integer.ts';
import { deriveSeed } from './derive-seed.ts';
import { normal, normalQuantile } from './normal.ts';
import { shuffle } from './shuffle.ts';
import { createStream } from './stream.ts';
import { uniform } from './uniform.ts';

const seed = deriveSeed(0, 'draws');

test('a word is the same whichever were asked before it', () => {
  const stream = createStream(seed, 'sampling');
  const forward = Array.from({ length: 40 }, (_, i) => stream.word(i));
  const backward = Array.from({ length: 40 }, (_, i) =>
    createStream(seed, 'sampling').word(39 - i),
  ).reverse();
  expect(forward).toEqual(backward);
  expect(new Set(forward).size).toBe(40);
  expect(createStream(seed, 'sampling', 1).word(0)).not.toBe(forward[0]);
  expect(createStream(seed, 'folds').word(0)).not.toBe(forward[0]);
  // Beyond 2^32 blocks the counter's second word takes over.
  expect(stream.word(2 ** 40)).not.toBe(stream.word(0));
});

test('uniform draws stay inside (0, 1) and have the right moments', () => {
  const stream = createStream(seed, 'sampling');
  const count = 20_000;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < count; i++) {
    const u = uniform(stream, i);
    if (!(u > 0 && u < 1)) throw new Error(`draw ${i} is ${u}`);
    sum += u;
    squares += u * u;
  }
  expect(sum / count).toBeCloseTo(0.5, 2);
  expect(squares / count).toBeCloseTo(1 / 3, 2);
  const extreme = (word: number) => uniform({ word: () => word }, 0);
  expect(extreme(0)).toBe(2 ** -53);
  expect(extreme(0xffffffff)).toBe(1 - 2 ** -53);
});

test('the normal quantile gives known values', () => {
  expect(normalQuantile(0.5)).toBe(0);
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 14);
  expect(normalQuantile(0.25)).toBeCloseTo(-0.6744897501960817, 14);
  expect(normalQuantile(1e-10)).toBeCloseTo(-6.361340902404056, 13);
  expect(normalQuantile(1e-30)).toBeCloseTo(-11.464024688443613, 12);
  fc.assert(
    fc.property(fc.double({ min: 1e-12, max: 0.5, noNaN: true }), (p) => {
      expect(normalQuantile(1 - p)).toBeCloseTo(-normalQuantile(p), 3);
    }),
  );
  expect(() => normalQuantile(0)).toThrow(RangeError);
});

test('normal draws have mean 0, deviation 1 and normal tails', () => {
  const stream = createStream(seed, 'noise');
  const count = 20_000;
  let sum = 0;
  let squares = 0;
  let beyond = 0;
  for (let i = 0; i < count; i++) {
    const z = normal(stream, i);
    sum += z;
    squares += z * z;
    if (Math.abs(z) > 1.959964) beyond++;
  }
  expect(Math.abs(sum / count)).toBeLessThan(0.03);
  expect(squares / count).toBeCloseTo(1, 1);
  expect(beyond / count).toBeCloseTo(0.05, 2);
});

test('bounded integers are unbiased for a bound that does not divide 2^32', () => {
  const cursor = { stream: createStream(seed, 'sampling', 2), next: 0 };
  const counts = new Array<number>(7).fill(0);
  for (let i = 0; i < 14_000; i++) counts[boundedInteger(cursor, 7)]! += 1;
  // Chi-square with 6 degrees of freedom; 22.5 is passed with probability 0.001.
  const chiSquare = counts.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
  expect(chiSquare).toBeLessThan(22.5);
  // Words whose low product lies below 2^32 mod 3 = 1 are drawn again.
  const words = [0, 5];
  const rejecting = { stream: { word: (i: number) => words[i]! }, next: 0 };
  boundedInteger(rejecting, 3);
  expect(rejecting.next).toBe(2);
  expect(() => boundedInteger(cursor, 0)).toThrow(RangeError);
});

test('a shuffle keeps the items, and every order is as likely', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (items) => {
      const shuffled = shuffle([...items], createStream(seed, 'shuffling'));
      expect(shuffled.toSorted((a, b) => Number(a) - Number(b))).toEqual(items.toSorted((a, b) => a - b));
    }),
  );
  const counts = new Map<string, number>();
  for (let i = 0; i < 6000; i++) {
    const order = shuffle([0, 1, 2], createStream(seed, 'shuffling', i)).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(6);
  const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
  expect(chiSquare).toBeLessThan(20.5);
});
