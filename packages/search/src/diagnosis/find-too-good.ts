import type { Finding } from '@holdfast/contracts/diagnosis';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Scores } from '@holdfast/contracts/metrics';
import { meanOf } from '../statistics/fold-statistics.ts';
import { around } from './suggest-space.ts';

/** Mean validation scores of a linear model on the folds of the search; of regression r2 alone. */
export interface LinearScores {
  accuracy: number | null;
  r2: number | null;
}

/** Hardly anything real is known so well. */
const tooGood = 0.98;
/** And a model that draws straight lines is worse by as much. */
const farBelow = 0.2;

/**
 * `suspiciouslyGood`: nearly all is right, and far from all for a linear model. What a network finds there and a linear model
 * does not is often rows that stand in training and validation alike; sometimes it is real.
 */
export function findTooGood(
  { params, folds }: { params: Hyperparameters; folds: readonly { validation: Scores | null }[] },
  linear: LinearScores | null,
): Finding[] {
  if (linear === null) return [];
  const isRegression = folds.every(({ validation }) => validation !== null && 'r2' in validation);
  const name = isRegression ? 'r2' : 'accuracy';
  const score = meanOf(folds.map(({ validation }) => validation?.[name] ?? null));
  const simple = linear[name];
  if (score === null || simple === null || score <= tooGood || simple > score - farBelow) return [];
  const shown = isRegression ? 'validationR2' : 'validationAccuracy';
  return [
    {
      code: 'suspiciouslyGood',
      message: `It is right nearly always, where ${isRegression ? 'linear' : 'logistic'} regression is far from that: look for leaks before you believe it. A pattern that no straight line divides, as a spiral, looks the same.`,
      evidence: { [shown]: score, [isRegression ? 'linearR2' : 'linearAccuracy']: simple },
      suggestion: {
        message:
          'Look for rows of one person, machine or document in several folds (name that column as group of the data set), for rows that are nearly the same, and for columns that are known only after the answer. How small a network still does it says how simple the leak is.',
        space: around(params, {
          hiddenLayers: params.hiddenLayers.length === 0 ? [[]] : [[], [4], params.hiddenLayers],
        }),
      },
    },
  ];
}
