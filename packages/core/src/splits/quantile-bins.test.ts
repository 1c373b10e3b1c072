import { deriveSeed } from '@holdfast/numeric/derive-seed';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignFolds } from './assign-folds.ts';
import { quantileBins } from './quantile-bins.ts';

describe('quantile bins', () => {
  it('have as many rows each, by value', () => {
    const targets = Float64Array.from({ length: 20 }, (_, row) => (row * 7) % 20);
    expect([...quantileBins(targets, 1, 5)]).toEqual(Array.from(targets, (value) => Math.floor(value / 5)));
  });

  it('of several outputs go by the first', () => {
    const one = Float64Array.from({ length: 30 }, (_, row) => row);
    const two = Float64Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? i / 2 : -i));
    expect(quantileBins(two, 2, 3)).toEqual(quantileBins(one, 1, 3));
  });

  it('never part equal targets, rise with the target, and can be dealt to the folds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 6, maxLength: 120 }),
        fc.integer({ min: 2, max: 6 }),
        (values, folds) => {
          const labels = quantileBins(Float64Array.from(values), 1, folds);
          for (const [i, a] of values.entries())
            for (const [j, b] of values.entries())
              if (a <= b) expect(labels[i]!).toBeLessThanOrEqual(labels[j]!);
          expect(Math.max(...labels)).toBeLessThan(10);
          const request = {
            kind: 'stratified',
            rows: values.length,
            labels,
            folds,
            seed: deriveSeed(0),
          } as const;
          expect(assignFolds(request).folds).toBe(folds);
        },
      ),
    );
  });
});
