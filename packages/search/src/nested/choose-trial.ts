import type { AnyResolvedSpec } from '@holdfast/contracts/any-spec';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { rankLeaderboard } from '../leaderboard/rank-leaderboard.ts';
import type { TrialResult } from '../leaderboard/trial-result.ts';

/** What a search comes to: its rank 1 by the objective; `null` where no trial has a score. */
export function chooseTrial(
  spec: AnyResolvedSpec,
  trials: readonly TrialResult[],
): { trial: number; params: Hyperparameters; score: number } | null {
  const [first] = rankLeaderboard({ spec, trials });
  if (first === undefined || first.rank !== 1 || first.score.mean === null) return null;
  const { params } = trials.find(({ trial }) => trial === first.trial)!;
  return { trial: first.trial, params: params as Hyperparameters, score: first.score.mean };
}
