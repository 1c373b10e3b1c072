import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Leaderboard, LeaderboardItem } from '@holdfast/contracts/leaderboard';
import { exactSum } from '../statistics/exact-sum.ts';
import type { TrialResult } from './trial-result.ts';

/**
 * The trial to refit, by the one-standard-error rule (Breiman et al., "Classification and Regression Trees", 1984,
 * §3.4.3): the simplest of those whose score lies within one standard error of the best. Simpler is, in this order:
 * fewer weights, fewer epochs trained, less regularization (the sum of the L1 and L2 factors, then dropout), since what
 * needs no help is the simpler recipe; then the better rank decides. Without a standard error (one fold) only trials that tie with the best are considered.
 * @param items ranked, as `rankLeaderboard` gives them. @param trials theirs, in any order.
 * Which of somebody else's trials is simpler, nobody here knows: then it is the best.
 * @returns `null` as long as nothing is ranked.
 */
export function recommendTrial(
  items: readonly LeaderboardItem[],
  trials: readonly TrialResult[],
): Leaderboard['recommended'] {
  const best = items.find(({ rank }) => rank === 1);
  if (!best) return null;
  if (best.weightCount === null) return { trial: best.trial, rule: 'best' };
  const candidates = items.filter(
    (item) => item.rank !== null && (item.withinOneStandardError ?? item.score.mean === best.score.mean),
  );
  return { trial: simplestOf(candidates, trials).trial, rule: 'oneStandardError' };
}

/** The simplest in the order that `recommendTrial` states; one item at least, and networks all of them. */
export function simplestOf(
  items: readonly LeaderboardItem[],
  trials: readonly TrialResult[],
): LeaderboardItem {
  const params = new Map(trials.map((trial) => [trial.trial, trial.params as Hyperparameters]));
  const complexity = (item: LeaderboardItem): number[] => [
    item.weightCount!,
    item.epochs ?? 0,
    penaltyOf(params.get(item.trial)!),
    dropoutOf(params.get(item.trial)!),
    item.rank!,
  ];
  return items.reduce((a, b) => (isBelow(complexity(b), complexity(a)) ? b : a));
}

/** The sum of the factors that penalise weights and biases. */
function penaltyOf(params: Hyperparameters): number {
  const { l1, l2 } = params;
  return exactSum([
    params.l1Weights ?? l1,
    params.l2Weights ?? l2,
    params.l1Biases ?? l1,
    params.l2Biases ?? l2,
  ]);
}

/** The mean share of units switched off. */
function dropoutOf({ dropout }: Hyperparameters): number {
  return typeof dropout === 'number' ? dropout : exactSum(dropout.perLayer) / dropout.perLayer.length;
}

/** Whether the first difference of two lists is in favour of the first. */
function isBelow(a: readonly number[], b: readonly number[]): boolean {
  const index = a.findIndex((value, position) => value !== b[position]);
  return index >= 0 && a[index]! < b[index]!;
}
