import { describe, expect, test } from 'vitest';
import { describeBaselines, type FoldBaselineScores, hasBaselines } from './describe-baselines.ts';
import { makeSearch, makeTrial } from './made-trials.suite.ts';

const scores = (accuracy: number, loss: number) => ({ accuracy, loss });
const fold = (number: number, linear: number): FoldBaselineScores => ({
  repeat: 0,
  fold: number,
  constant: { validation: scores(0.5, 0.7), training: scores(0.6, 0.6) },
  linear: { validation: scores(linear, 0.3), training: scores(1, 0.1) },
});

describe('the baselines of a board', () => {
  test('are told as trials are, in the order of folds', () => {
    const rows = describeBaselines([fold(1, 0.9), fold(0, 0.7)], { metric: 'accuracy', foldRuns: 2 });
    expect(rows.map(({ kind }) => kind)).toEqual(['majorityClass', 'logisticRegression']);
    expect(rows[0]).toMatchObject({
      score: { mean: 0.5, std: 0, standardError: 0, folds: [0.5, 0.5] },
      training: { mean: 0.6 },
      loss: { validation: 0.7, training: 0.6 },
    });
    expect(rows[1]!.score.folds).toEqual([0.7, 0.9]);
    expect(rows[1]!.score.mean).toBeCloseTo(0.8, 14);
  });

  test('have names of their own for numbers, and null where a metric is not defined', () => {
    const part = { validation: { mse: 4, r2: null }, training: { mse: 3, r2: 0 } };
    const rows = describeBaselines([{ repeat: 0, fold: 0, constant: part, linear: part }], {
      metric: 'r2',
      foldRuns: 1,
    });
    expect(rows.map(({ kind, score, loss }) => [kind, score.mean, loss.validation])).toEqual([
      ['mean', null, null],
      ['linearRegression', null, null],
    ]);
  });

  test('are shown once the first trial has all of its results', () => {
    expect(describeBaselines([fold(0, 1)], { metric: 'accuracy', foldRuns: 2 })).toEqual([]);
    const { trials } = makeSearch({ space: { hiddenLayers: [[8]], learningRate: [0.1, 0.2] } });
    const [first, second] = trials.map((params, n) => makeTrial(n, params, [0.5, 0.6]));
    expect(hasBaselines([first!, second!], 2)).toBe(true);
    expect(hasBaselines([second!], 2)).toBe(false);
    expect(hasBaselines([first!], 3)).toBe(false);
    const folds = first!.folds.map((run, n) => (n === 0 ? { ...run, state: 'running' as const } : run));
    expect(hasBaselines([{ ...first!, folds }], 2)).toBe(false);
  });
});
