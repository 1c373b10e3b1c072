import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { describe, expect, test } from 'vitest';
import { makeFold, makeSearch, makeTrial } from './made-trials.suite.ts';
import { rankLeaderboard } from './rank-leaderboard.ts';
import { recommendTrial } from './recommend.ts';
import type { TrialResult } from './trial-result.ts';

const { spec, trials } = makeSearch({ space: { hiddenLayers: [[8]], learningRate: 0.1 } });
const params = trials[0]!;
const recommend = (results: readonly TrialResult[]) =>
  recommendTrial(rankLeaderboard({ spec, trials: results }), results)?.trial;

/** Within one standard error of the best, whose scores are 0.8 and 1. */
const near = (
  trial: number,
  others: Partial<TrialResult> = {},
  changed: Partial<Hyperparameters> = {},
  score = 0.85,
) => makeTrial(trial, { ...params, ...changed }, [score, score], others);
const best = makeTrial(0, params, [0.8, 1]);

describe('recommendTrial', () => {
  test('takes the one with the fewest weights within one standard error', () => {
    expect(recommend([best, near(1, { weightCount: 5 }), near(2, { weightCount: 7 })])).toBe(1);
  });

  test('does not look beyond one standard error', () => {
    expect(recommend([best, makeTrial(1, params, [0.7, 0.7], { weightCount: 1 })])).toBe(0);
  });

  test('then takes fewer epochs, less penalty, less dropout, and the better rank, in this order', () => {
    const shorter = { folds: [makeFold(0, 0.85, { epochs: 9 }), makeFold(1, 0.85, { epochs: 9 })] };
    const heavy = makeTrial(0, { ...params, l2: 0.5, dropout: 0.5 }, [0.8, 1]);
    const results = [
      heavy,
      near(1, {}, { l2: 0.1, dropout: 0.2 }),
      near(2, {}, { l2: 0.1, dropout: 0.1 }),
      near(3, {}, { dropout: 0.3 }),
      near(4, shorter, { l2: 0.9 }),
    ];
    const chosen = [];
    for (let count = results.length; count > 0; count--) chosen.push(recommend(results.slice(0, count)));
    expect(chosen).toEqual([4, 3, 2, 1, 0]);
    expect(recommend([best, near(1), near(2)])).toBe(0);
    expect(recommend([heavy, near(1, {}, { l2: 0.1 }), near(2, {}, { l2Weights: 0.03 })])).toBe(2);
    expect(
      recommend([heavy, near(1, {}, { dropout: 0.3 }), near(2, {}, { dropout: { perLayer: [0.2] } })]),
    ).toBe(2);
  });

  test('without a standard error takes the simplest of those that tie with the best', () => {
    const single = (trial: number, score: number, weightCount: number) =>
      makeTrial(trial, params, [score], { weightCount });
    expect(recommend([single(0, 0.9, 9), single(1, 0.9, 5), single(2, 0.89, 1)])).toBe(1);
  });

  test('has nothing to recommend before a trial is ranked', () => {
    expect(recommend([makeTrial(0, params, [], { status: 'running' })])).toBeUndefined();
  });
});
