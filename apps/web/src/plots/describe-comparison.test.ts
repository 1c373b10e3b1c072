import type { Comparison } from '@holdfast/contracts/comparison';
import { describe, expect, it } from 'vitest';
import { describeComparison } from './describe-comparison.ts';

const trial = (number: number) => ({
  trial: number,
  status: 'completed' as const,
  rank: 1,
  mean: 0.9,
  foldStd: 0.1,
  seedStd: null,
  refit: null,
});
const comparison: Comparison = {
  search: 'se_00000000000000000000',
  metric: 'accuracy',
  direction: 'maximize',
  trials: [trial(3), trial(5)],
  folds: [
    { repeat: 0, fold: 0, scores: [0.9, 0.8], difference: 0.1 },
    { repeat: 0, fold: 1, scores: [0.8, 0.9], difference: -0.1 },
  ],
  meanDifference: 0.02,
  differenceSpread: { foldStd: 0.1, seedStd: null },
  test: {
    kind: 'correctedResampledT',
    correction: { validationRows: 40, trainingRows: 40, ratio: 1 },
    standardError: 0.1,
    t: 0.2,
    degreesOfFreedom: 1,
    pValue: 0.87,
    interval: [-1, 1.04],
  },
  reason: null,
  warnings: [],
};

describe('a comparison in words', () => {
  it('says who is ahead, and that it could be chance', () => {
    expect(describeComparison(comparison)).toBe(
      'Trial 3 is ahead of trial 5 by 0.0200 of accuracy, the mean over 2 folds. That could be chance: the folds do not tell them apart (p = 0.87; 95 % interval of the difference −1.0000 to 1.0400).',
    );
  });

  it('heeds that of a loss the smaller is ahead, and what is more than chance', () => {
    const told = describeComparison({
      ...comparison,
      metric: 'loss',
      direction: 'minimize',
      test: { ...comparison.test!, pValue: 0.00001 },
    });
    expect(told).toContain('Trial 5 is ahead of trial 3');
    expect(told).toContain('The folds tell them apart (p < 0.0001');
  });

  it('says why there is no test, and where there is nothing to compare', () => {
    const reason = 'One fold in common says nothing about chance.';
    expect(describeComparison({ ...comparison, test: null, reason })).toContain(reason);
    expect(describeComparison({ ...comparison, test: null, folds: [], meanDifference: null })).toBe(
      'Trials 3 and 5 have no fold in common yet.',
    );
    expect(describeComparison({ ...comparison, meanDifference: 0 })).toContain('the same mean accuracy');
  });
});
