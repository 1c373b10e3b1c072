import type { Finding } from '@holdfast/contracts/diagnosis';
import type { Baseline } from '@holdfast/contracts/leaderboard';
import { describe, expect, test } from 'vitest';
import { makeSearch, makeTrial } from '../leaderboard/made-trials.suite.ts';
import { rankLeaderboard } from '../leaderboard/rank-leaderboard.ts';
import { diagnoseSearch, type OwnTrialResult } from './diagnose-search.ts';

const { spec, trials } = makeSearch({
  space: { hiddenLayers: [[8]], learningRate: [0.01, 0.1, 10, 100] },
});
const good = (n: number) => makeTrial(n, trials[n]!, [0.9, 0.8, 0.85]);
const lost = (n: number) => {
  const trial = makeTrial(n, trials[n]!, [null, null, null]);
  return {
    ...trial,
    folds: trial.folds.map((fold) => ({ ...fold, training: { accuracy: null, loss: null } })),
  };
};
const linear = (mean: number): Baseline => ({
  kind: 'logisticRegression',
  score: { mean, std: 0, standardError: 0, folds: [mean, mean, mean] },
  training: { mean },
  loss: { validation: 1, training: 1 },
});
const finding: Finding = {
  code: 'overfitting',
  message: 'It knows too much.',
  evidence: { trainingLoss: 0 },
  suggestion: { message: 'Less.', space: {} },
};

function diagnose(
  results: ReturnType<typeof good>[],
  others: { baselines?: Baseline[]; best?: Finding[] | null } = {},
) {
  const items = rankLeaderboard({ spec, trials: results });
  const own = results as OwnTrialResult[];
  return diagnoseSearch({ items, trials: own, baselines: [], metric: 'accuracy', best: [], ...others });
}

describe('a search', () => {
  test('in which nothing stands out is left alone', () => {
    expect(diagnose([good(0), good(1)], { baselines: [linear(0.5)] })).toEqual([]);
    // One in five is what a wide space costs.
    expect(diagnose([good(0), good(1), good(2), { ...good(3), trial: 4 }, lost(3)])).toEqual([]);
  });

  test('with many trials that diverged is told from which rate on', () => {
    const [found] = diagnose([good(0), good(1), lost(2), lost(3)]);
    expect(found).toMatchObject({
      code: 'diverged',
      evidence: { trials: 4, diverged: 2, lowestLearningRate: 10 },
      suggestion: { space: { learningRate: { max: 0.1 } } },
    });
    const none = diagnose([lost(2), lost(3)], { best: null });
    expect(none.map(({ code }) => code)).toEqual(['diverged']);
  });

  test('is told what is wrong with the best trial', () => {
    expect(diagnose([good(0)], { best: [finding] })).toMatchObject([
      {
        code: 'overfitting',
        message: 'The best trial, 0: It knows too much.',
        evidence: { trial: 0, trainingLoss: 0 },
      },
    ]);
  });

  test('that is no better than a linear model is told so', () => {
    const [found] = diagnose([good(0)], { baselines: [linear(0.84)] });
    expect(found).toMatchObject({ code: 'linearIsEnough', evidence: { linearScore: 0.84 } });
    expect(found!.suggestion.space.hiddenLayers).toEqual([[], [8]]);
    expect(diagnose([good(0)], { baselines: [linear(0.95)] })).toHaveLength(1);
    expect(diagnose([good(0)], { baselines: [linear(0.75)] })).toEqual([]);
  });
});
