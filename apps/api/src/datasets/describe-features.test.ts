import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeFeatures } from './describe-features.ts';
import type { FeatureUse } from './read-feature.ts';

const uses: FeatureUse[] = [
  { kind: 'number', vocabulary: [], missing: 'median' },
  { kind: 'category', vocabulary: ['a', 'b', 'c', 'd'], missing: 'ownCategory' },
];
const data = { features: ['n', 'k'], uses };
const rowsOf = (rows: number[][]) => ({
  rows: rows.length,
  columns: 2,
  features: Float64Array.from(rows.flat()),
  targets: new Int32Array(rows.length),
  groups: null,
  times: null,
});

describe('features', () => {
  it('have the categories of the training rows, and −1 for others in test rows', () => {
    const training = rowsOf([
      [1, 3],
      [NaN, 1],
      [2, NaN],
    ]);
    const test = rowsOf([
      [NaN, 0],
      [5, 1],
      [5, NaN],
    ]);
    expect(describeFeatures(data, training, test)).toEqual([
      { name: 'n', kind: 'number', missing: { rows: 1, filledWith: 'median' } },
      {
        name: 'k',
        kind: 'category',
        categories: ['b', 'd'],
        missing: { rows: 1, filledWith: 'ownCategory' },
      },
    ]);
    expect([...training.features]).toEqual([1, 1, NaN, 0, 2, NaN]);
    expect([...test.features]).toEqual([NaN, -1, 5, 0, 5, NaN]);
  });

  it('do not depend on what test rows hold', () => {
    const rows = fc.array(
      fc.tuple(fc.constantFrom(1, 2, NaN), fc.constantFrom(0, 1, 2, 3, NaN)).map((row) => [...row]),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(rows, rows, rows, (training, one, other) => {
        const [first, second] = [one, other].map((test) => {
          const trained = rowsOf(training);
          return { features: describeFeatures(data, trained, rowsOf(test)), trained: trained.features };
        });
        expect(second).toEqual(first);
      }),
    );
  });
});
