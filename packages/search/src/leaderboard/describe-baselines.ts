import type { Baseline } from '@holdfast/contracts/leaderboard';
import type { Metric, Scores } from '@holdfast/contracts/metrics';
import { foldStatistics, meanOf } from '../statistics/fold-statistics.ts';
import type { TrialResult } from './trial-result.ts';

interface PartScores {
  validation: Scores;
  training: Scores;
}

/** What was trained beside the first trial on one fold. */
export interface FoldBaselineScores {
  repeat: number;
  fold: number;
  constant: PartScores;
  linear: PartScores;
}

/**
 * Whether the baselines of a search are there to be shown: they come with the first trial's results, so that a board
 * shows them or not by what it shows of that trial.
 * @param foldRuns of one trial: a trial with fewer, as those that score outer folds, has not met all rows
 */
export function hasBaselines(trials: readonly TrialResult[], foldRuns: number): boolean {
  const first = trials.find(({ trial }) => trial === 0);
  return first?.folds.length === foldRuns && first.folds.every(({ state }) => state === 'completed');
}

/** The rows that no one asks for: what knowing nothing of the features scores, and what a linear model does. */
export function describeBaselines(
  folds: readonly FoldBaselineScores[],
  { metric, foldRuns }: { metric: Metric; foldRuns: number },
): Baseline[] {
  if (folds.length !== foldRuns) return [];
  const ordered = folds.toSorted((a, b) => a.repeat - b.repeat || a.fold - b.fold);
  const isRegression = !('accuracy' in ordered[0]!.constant.validation);
  const row = (kind: Baseline['kind'], of: 'constant' | 'linear'): Baseline => {
    const score = (part: keyof PartScores, name: Metric) =>
      ordered.map((fold) => fold[of][part][name] ?? null);
    const { mean, std, standardError } = foldStatistics(score('validation', metric));
    return {
      kind,
      score: { mean, std, standardError, folds: score('validation', metric) },
      training: { mean: meanOf(score('training', metric)) },
      loss: { validation: meanOf(score('validation', 'loss')), training: meanOf(score('training', 'loss')) },
    };
  };
  return [
    row(isRegression ? 'mean' : 'majorityClass', 'constant'),
    row(isRegression ? 'linearRegression' : 'logisticRegression', 'linear'),
  ];
}
