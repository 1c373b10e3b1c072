import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { summarizeValues } from './summarize-values.ts';

const summarize = (values: number[], labels = values.map(() => 0), classes = 1) =>
  summarizeValues({
    rows: values.length,
    value: (row) => values[row]!,
    classOf: (row) => labels[row]!,
    classes,
  });

describe('summarizeValues', () => {
  it('tells a feature’s range, mean and spread, and the rows of each class in each bin', () => {
    const summary = summarize([0, 1, 2, 3], [0, 0, 1, 1], 2);
    expect(summary).toMatchObject({ min: 0, max: 3, mean: 1.5, distinct: 4 });
    expect(summary.std).toBeCloseTo(Math.sqrt(5 / 3), 12);
    expect(summary.counts).toEqual([
      [1, 1, 0, 0],
      [0, 0, 1, 1],
    ]);
  });

  it('has one bin for a constant', () => {
    expect(summarize([7, 7])).toEqual({ min: 7, max: 7, mean: 7, std: 0, distinct: 1, counts: [[2]] });
    expect(summarize([7]).std).toBeNull();
  });

  it('counts every row once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, min: -1e12, max: 1e12 }), { minLength: 1, maxLength: 200 }),
        (values) => {
          const { counts, mean, min, max } = summarize(values);
          expect(counts.flat().reduce((sum, n) => sum + n, 0)).toBe(values.length);
          expect(mean).toBeGreaterThanOrEqual(min - 1e-3);
          expect(mean).toBeLessThanOrEqual(max + 1e-3);
        },
      ),
    );
  });
});
