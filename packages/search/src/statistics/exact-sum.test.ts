import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exactSum } from './exact-sum.ts';
import { foldStatistics, meanOf } from './fold-statistics.ts';

/** Doubles as integers of 2⁻¹⁰⁷⁴ would be slow; these are multiples of 2⁻⁶⁰, summed as such. */
const scale = Number(1n << 60n);
const multiples = fc.bigInt({ min: -(1n << 90n), max: 1n << 90n }).map((n) => Number(n) / scale);

describe('exactSum', () => {
  test('is the exact sum, rounded once', () => {
    fc.assert(
      fc.property(fc.array(multiples, { maxLength: 12 }), (values) => {
        const exact = values.reduce((sum, value) => sum + BigInt(value * scale), 0n);
        expect(exactSum(values)).toBe(Number(exact) / scale);
      }),
    );
  });

  test('does not depend on the order', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { maxLength: 10 }), (values) => {
        expect(exactSum(values.toReversed())).toBe(exactSum(values));
      }),
    );
    expect(exactSum([0.1, 0.2, 0.3])).toBe(exactSum([0.3, 0.2, 0.1]));
    expect(exactSum(Array<number>(10).fill(0.1))).toBe(1);
    expect(exactSum([1e16, 1, -1e16])).toBe(1);
    expect(exactSum([])).toBe(0);
  });
});

describe('foldStatistics', () => {
  test('has the sample deviation and the standard error', () => {
    const { mean, std, standardError } = foldStatistics([2, 4, 4, 4, 5, 5, 7, 9]);
    expect(mean).toBe(5);
    expect(std).toBeCloseTo(Math.sqrt(32 / 7), 14);
    expect(standardError).toBeCloseTo(Math.sqrt(32 / 7 / 8), 14);
  });

  test('has what is defined', () => {
    expect(foldStatistics([])).toEqual({ mean: null, std: null, standardError: null });
    expect(foldStatistics([0.5])).toEqual({ mean: 0.5, std: null, standardError: null });
    expect(foldStatistics([0.5, null])).toEqual({ mean: null, std: null, standardError: null });
    expect(foldStatistics([1, 1])).toEqual({ mean: 1, std: 0, standardError: 0 });
    expect(meanOf([1.7e308, 1.7e308])).toBeNull();
  });
});
