import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { normal } from '@holdfast/numeric/normal';
import { createStream } from '@holdfast/numeric/stream';
import { describe, expect, test } from 'vitest';
import { bootstrapRanks } from './bootstrap-ranks.ts';

const seed = deriveSeed(0, 'ranks');
/** Scores around a mean, every trial's noise its own. */
const noisy = (trial: number, rows: number, mean: number) => {
  const stream = createStream(deriveSeed(1, trial), 'bootstrap');
  return Float64Array.from({ length: rows }, (_, row) => mean + normal(stream, row));
};
const rank = (scores: Float64Array[], direction: 'maximize' | 'minimize' = 'maximize') =>
  bootstrapRanks({ scores, direction, seed, resamples: 200 });

describe('bootstrapRanks', () => {
  test('is sure of trials that are better on every row', () => {
    const scores = [0.5, 0.9, 0.1].map((score) => new Float64Array(20).fill(score));
    const result = { probabilityBest: [0, 1, 0], tiedWithBest: [false, true, false] };
    expect(rank(scores)).toMatchObject({
      ...result,
      rankInterval: [
        [2, 2],
        [1, 1],
        [3, 3],
      ],
    });
    expect(rank(scores).corrected).toBeCloseTo(0.9, 14);
    expect(rank(scores, 'minimize')).toMatchObject({
      probabilityBest: [0, 0, 1],
      rankInterval: [
        [2, 2],
        [3, 3],
        [1, 1],
      ],
    });
  });

  test('is unsure of trials that differ by chance', () => {
    const { rankInterval, probabilityBest, tiedWithBest } = rank(
      [0, 1, 2].map((trial) => noisy(trial, 50, 0)),
    );
    expect(probabilityBest.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect(rankInterval.every(([low, high]) => low >= 1 && high <= 3 && low <= high)).toBe(true);
    expect(tiedWithBest.filter(Boolean).length).toBeGreaterThan(1);
  });

  test('divides the first place among trials that are the same', () => {
    const same = noisy(0, 30, 0);
    expect(rank([same, same.slice()])).toMatchObject({
      probabilityBest: [0.5, 0.5],
      rankInterval: [
        [1, 1],
        [1, 1],
      ],
      tiedWithBest: [true, true],
    });
  });

  test("takes the winner's luck out of its score", () => {
    let observed = 0;
    let corrected = 0;
    for (let world = 0; world < 5; world++) {
      const scores = Array.from({ length: 30 }, (_, trial) => noisy(world * 30 + trial, 60, 0));
      observed += Math.max(...scores.map((row) => row.reduce((a, b) => a + b) / row.length)) / 5;
      corrected += rank(scores).corrected! / 5;
    }
    // The truth is 0 for all; the best of 30 means with a standard error of 0.13 looks much better.
    expect(observed).toBeGreaterThan(0.2);
    expect(Math.abs(corrected)).toBeLessThan(observed / 2);
  });

  test('draws the same from the same seed, and the same rows for every trial', () => {
    const scores = [noisy(0, 40, 0), noisy(1, 40, 0.2)];
    expect(rank(scores)).toEqual(rank(scores));
    const shifted = scores[0]!.map((score) => score + 0.001);
    expect(rank([scores[0]!, shifted]).probabilityBest).toEqual([0, 1]);
  });

  test('has no correction of a single row, and refuses what has no shape', () => {
    expect(rank([Float64Array.of(1)]).corrected).toBeNull();
    expect(() => rank([])).toThrow(RangeError);
    expect(() => rank([new Float64Array(2), new Float64Array(3)])).toThrow(/Trial 1 has 3 rows/);
  });
});
