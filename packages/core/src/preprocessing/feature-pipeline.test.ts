import type { Scaler } from '@holdfast/contracts/hyperparameters';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ColumnEncoding, countInputs, describeEncodings } from './column-encoding.ts';
import { fitFeaturePipeline, transformFeatures } from './feature-pipeline.ts';
import { applyScaler, fitScaler } from './scaler.ts';

const number: ColumnEncoding = { kind: 'number', categories: 0, missing: null };
const gappy: ColumnEncoding = { ...number, missing: 'median' };
const flag: ColumnEncoding = { kind: 'boolean', categories: 0, missing: 'mostFrequent' };
const colour: ColumnEncoding = { kind: 'category', categories: 3, missing: 'ownCategory' };
const shape: ColumnEncoding = { kind: 'category', categories: 2, missing: 'mostFrequent' };

const indices = (rows: number) => Int32Array.from({ length: rows }, (_, row) => row);
const transform = (
  encodings: ColumnEncoding[],
  rows: number[][],
  { scaler = 'none' as Scaler, training = rows.length } = {},
) => {
  const features = Float64Array.from(rows.flat());
  const raw = { features, columns: encodings.length, encodings };
  const pipeline = fitFeaturePipeline(scaler, raw, indices(training));
  const inputs = countInputs(encodings.length, encodings);
  const values = [...transformFeatures(pipeline, features, rows.length)];
  return {
    pipeline,
    rows: rows.map((_, row) => values.slice(row * inputs, (row + 1) * inputs)),
  };
};

describe('inputs', () => {
  test('are one for a number, one for each category, one for what tells of missing values', () => {
    expect(countInputs(5, [number, gappy, flag, colour, shape])).toBe(1 + 2 + 2 + 4 + 3);
    expect(countInputs(7, null)).toBe(7);
  });

  test('need no encoding where all columns are numbers in all rows', () => {
    expect(
      describeEncodings([
        { name: 'a', kind: 'number' },
        { name: 'b', kind: 'date' },
      ]),
    ).toBeNull();
    const filled = { rows: 1, filledWith: 'median' } as const;
    expect(describeEncodings([{ name: 'a', kind: 'number', missing: filled }])).toEqual([gappy]);
    const categories = ['x', 'y', 'z'];
    expect(describeEncodings([{ name: 'a', kind: 'category', categories }])).toEqual([
      { kind: 'category', categories: 3, missing: null },
    ]);
  });
});

describe('missing values', () => {
  test('become the median, and an indicator tells which', () => {
    expect(transform([gappy], [[1], [NaN], [10], [4], [2]]).rows).toEqual([
      [1, 0],
      [3, 1],
      [10, 0],
      [4, 0],
      [2, 0],
    ]);
  });

  test('become the most frequent value, the smallest of equally frequent ones', () => {
    const frequent = { ...gappy, missing: 'mostFrequent' } as const;
    expect(transform([frequent], [[5], [5], [2], [2], [9], [NaN]]).rows[5]).toEqual([2, 1]);
    expect(transform([flag], [[1], [0], [1], [NaN]]).rows[3]).toEqual([1, 1]);
    expect(transform([shape], [[1], [0], [1], [NaN]]).rows[3]).toEqual([0, 1, 1]);
  });

  test('become a category of their own', () => {
    expect(transform([colour], [[2], [NaN], [0], [1]]).rows).toEqual([
      [0, 0, 1, 0],
      [0, 0, 0, 1],
      [1, 0, 0, 0],
      [0, 1, 0, 0],
    ]);
  });

  test('are filled before numbers are scaled', () => {
    const { rows, pipeline } = transform([gappy], [[0], [4], [2], [NaN]], { scaler: 'minMax' });
    expect(rows).toEqual([
      [-1, 0],
      [1, 0],
      [0, 0],
      [0, 1],
    ]);
    expect(pipeline.columns).toEqual([{ ...gappy, fill: 2 }]);
  });
});

describe('what the training rows do not have', () => {
  test('is all zeros: unseen categories, codes of none, indicators', () => {
    const { rows } = transform(
      [colour, gappy],
      [
        [0, 1],
        [1, 2],
        [2, NaN],
        [-1, 3],
        [NaN, 4],
      ],
      { training: 2 },
    );
    expect(rows[2]).toEqual([0, 0, 0, 0, 1.5, 0]);
    expect(rows[3]).toEqual([0, 0, 0, 0, 3, 0]);
    expect(rows[4]).toEqual([0, 0, 0, 0, 4, 0]);
  });

  test('may be a whole column', () => {
    expect(
      transform(
        [gappy, colour],
        [
          [NaN, 0],
          [NaN, 1],
          [3, 0],
        ],
        { training: 2, scaler: 'standard' },
      ).rows[2],
    ).toEqual([0, 0, 1, 0, 0, 0]);
  });
});

describe('properties', () => {
  const cell = fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constant(Number.NaN));
  const table = fc.array(fc.tuple(cell, fc.constantFrom(0, 1, NaN), fc.constantFrom(0, 1, 2, NaN)), {
    minLength: 3,
    maxLength: 40,
  });
  const encodings = [gappy, flag, colour];
  const scalers = fc.constantFrom<Scaler>('none', 'maxAbs', 'minMax', 'standard', {
    kind: 'maxAbs',
    per: 'all',
  });

  test('values of rows that are not trained on change nothing of the pipeline', () => {
    fc.assert(
      fc.property(
        table,
        scalers,
        fc.array(fc.double(), { minLength: 9, maxLength: 9 }),
        (rows, scaler, other) => {
          const training = rows.length - 2;
          const before = transform(encodings, rows, { training, scaler });
          const changed = rows.map((row, i) =>
            i < training ? row : other.slice(3 * (i - training), 3 * (i - training) + 3),
          );
          const after = transform(encodings, changed, { training, scaler });
          expect(after.pipeline).toEqual(before.pipeline);
          expect(after.rows.slice(0, training)).toEqual(before.rows.slice(0, training));
        },
      ),
    );
  });

  test('inputs are finite, and of categories at most one is 1', () => {
    fc.assert(
      fc.property(table, scalers, (rows, scaler) => {
        const { rows: inputs } = transform(encodings, rows, { scaler });
        for (const row of inputs) {
          expect(row.every(Number.isFinite)).toBe(true);
          expect(row.slice(4).reduce((sum, value) => sum + value, 0)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test('columns of numbers are those of the scaler alone, to the bit', () => {
    const numbers = fc.array(
      fc.tuple(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.double({ min: -1, max: 1, noNaN: true })),
      { minLength: 2 },
    );
    fc.assert(
      fc.property(numbers, scalers, (rows, scaler) => {
        const features = Float64Array.from(rows.flat());
        const all = indices(rows.length);
        const plain = applyScaler(fitScaler(scaler, features, 2, all), features, all);
        expect(transform([number, number], rows, { scaler }).rows.flat()).toEqual([...plain]);
      }),
    );
  });
});
