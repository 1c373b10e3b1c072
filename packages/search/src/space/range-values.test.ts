import type { Range } from '@holdfast/contracts/space';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pointsFallTogether, rangeValues } from './range-values.ts';

const range = (min: number, max: number, points: number, scale: 'linear' | 'log' = 'linear'): Range => ({
  min,
  max,
  scale,
  points,
});

describe('rangeValues', () => {
  test('reads well on a log scale', () => {
    expect(rangeValues(range(0.001, 0.1, 5, 'log'), false)).toEqual([
      0.001, 0.00316227766017, 0.01, 0.0316227766017, 0.1,
    ]);
    expect(rangeValues(range(1e-6, 1, 7, 'log'), false)).toEqual([1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1]);
    expect(rangeValues(range(8, 512, 7, 'log'), true)).toEqual([8, 16, 32, 64, 128, 256, 512]);
  });

  test('reads well on a linear scale', () => {
    expect(rangeValues(range(0, 0.5, 6), false)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5]);
    expect(rangeValues(range(-1, 1, 3), false)).toEqual([-1, 0, 1]);
  });

  test('keeps ends that have more digits than inner points', () => {
    const values = rangeValues(range(0.1234567890123456, 1 / 3, 4), false);
    expect(values[0]).toBe(0.1234567890123456);
    expect(values[3]).toBe(1 / 3);
  });

  test('takes an integer once', () => {
    expect(rangeValues(range(1, 3, 100), true)).toEqual([1, 2, 3]);
    expect(rangeValues(range(1, 100, 5, 'log'), true)).toEqual([1, 3, 10, 32, 100]);
  });

  test('rises strictly between the ends, with exactly as many values as points, unless they fall together', () => {
    const scale = fc.constantFrom<'linear' | 'log'>('linear', 'log');
    const bound = fc.double({ min: 1e-12, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(bound, bound, fc.integer({ min: 2, max: 50 }), scale, (a, b, points, kind) => {
        const given = range(Math.min(a, b), Math.max(a, b), points, kind);
        fc.pre(given.min < given.max && !pointsFallTogether(given, points));
        const values = rangeValues(given, false);
        expect(values).toHaveLength(points);
        expect([values[0], values.at(-1)]).toEqual([given.min, given.max]);
        expect(values.every((value, k) => k === 0 || value > values[k - 1]!)).toBe(true);
      }),
    );
  });

  test('points nearer than the digits kept are told apart from others', () => {
    expect(pointsFallTogether(range(1, 1.000000001, 11), 11)).toBe(false);
    expect(pointsFallTogether(range(1, 1.000000001, 101), 101)).toBe(true);
    expect(pointsFallTogether(range(1, 1.0000000001, 101, 'log'), 101)).toBe(true);
  });
});
