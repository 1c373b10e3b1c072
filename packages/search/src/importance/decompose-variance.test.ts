import { describe, expect, test } from 'vitest';
import { readFixture } from '../statistics/read-fixture.suite.ts';
import { decomposeVariance } from './decompose-variance.ts';
import type { Leaf } from './regression-tree.ts';

interface Case {
  dimensions: number;
  variance: number;
  single: number[];
  pairs: number[][];
  leaves: { low: number[]; high: number[]; value: number }[];
}
const leaf = (low: number[], high: number[], value: number): Leaf => ({
  low: Float64Array.from(low),
  high: Float64Array.from(high),
  value,
});

describe('decomposeVariance', () => {
  test.each(readFixture<Case[]>('decompositions'))(
    'agrees with NumPy in $dimensions dimensions',
    (expected) => {
      const { dimensions } = expected;
      const leaves = expected.leaves.map(({ low, high, value }) => leaf(low, high, value));
      const { variance, single, pairs } = decomposeVariance(leaves, dimensions);
      expect(variance).toBeCloseTo(expected.variance, 10);
      for (let d = 0; d < dimensions; d++) {
        expect(single[d]).toBeCloseTo(expected.single[d]!, 10);
        for (let e = 0; e < dimensions; e++) expect(pairs[d]![e]).toBeCloseTo(expected.pairs[d]![e]!, 10);
      }
    },
  );

  test('has the closed form of a difference that two dimensions make together', () => {
    // 1 where both are low or both are high, −1 otherwise: neither explains anything alone.
    const leaves = [
      leaf([0, 0], [0.5, 0.5], 1),
      leaf([0.5, 0.5], [1, 1], 1),
      leaf([0, 0.5], [0.5, 1], -1),
      leaf([0.5, 0], [1, 0.5], -1),
    ];
    const { variance, single, pairs } = decomposeVariance(leaves, 2);
    expect([variance, ...single, pairs[0]![1]]).toEqual([1, 0, 0, 1]);
  });
});
