import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { summarizeColumns } from './summarize-columns.ts';

/** One column, in pieces of `size` rows. */
async function summarize(values: number[], labels = values.map(() => 0), classes = 1, size = 3) {
  async function* pieces() {
    for (let from = 0; from < values.length; from += size) {
      yield {
        rows: Math.min(size, values.length - from),
        value: (row: number) => values[from + row]!,
        classOf: (row: number) => labels[from + row]!,
      };
    }
  }
  const [summary] = await summarizeColumns(pieces, { columns: 1, classes });
  return summary!;
}

describe('summarizeColumns', () => {
  it('tells a feature’s range, mean and spread, and the rows of each class in each bin', async () => {
    const summary = await summarize([0, 1, 2, 3], [0, 0, 1, 1], 2);
    expect(summary).toMatchObject({ min: 0, max: 3, mean: 1.5, distinct: 4 });
    expect(summary.std).toBeCloseTo(Math.sqrt(5 / 3), 12);
    expect(summary.counts).toEqual([
      [1, 1, 0, 0],
      [0, 0, 1, 1],
    ]);
  });

  it('has one bin for a constant, and none for what is missing', async () => {
    expect(await summarize([7, 7])).toEqual({ min: 7, max: 7, mean: 7, std: 0, distinct: 1, counts: [[2]] });
    expect((await summarize([7])).std).toBeNull();
    expect(await summarize([NaN, 7, NaN, NaN])).toMatchObject({ mean: 7, distinct: 1, counts: [[1]] });
    expect(await summarize([NaN])).toMatchObject({ min: 0, max: 0, distinct: 0, counts: [[0]] });
  });

  it('counts every row once, in pieces of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ noNaN: true, min: -1e12, max: 1e12 }), { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 50 }),
        async (values, size) => {
          const summary = await summarize(values, undefined, 1, size);
          expect(summary).toEqual(await summarize(values));
          const { counts, mean, min, max } = summary;
          expect(counts.flat().reduce((sum, n) => sum + n, 0)).toBe(values.length);
          expect(mean).toBeGreaterThanOrEqual(min - 1e-3);
          expect(mean).toBeLessThanOrEqual(max + 1e-3);
        },
      ),
    );
  });
});
