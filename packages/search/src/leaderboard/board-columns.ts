import type { boardColumns } from '@holdfast/contracts/free-space';
import type { LeaderboardItem } from '@holdfast/contracts/leaderboard';
import type { TrialResult } from './trial-result.ts';

/** The columns that a leaderboard can be sorted and filtered by besides every hyperparameter. */
const columns = {
  rank: (item) => item.rank,
  trial: (item) => item.trial,
  status: (item) => item.status,
  score: (item) => item.score.mean,
  std: (item) => item.score.std,
  standardError: (item) => item.score.standardError,
  foldStd: (item) => item.score.foldStd,
  seedStd: (item) => item.score.seedStd,
  training: (item) => item.training.mean,
  validationLoss: (item) => item.loss.validation,
  trainingLoss: (item) => item.loss.training,
  gap: (item) => item.gap,
  lossGap: (item) => item.lossGap,
  overfit: (item) => item.overfit,
  probabilityBest: (item) => item.probabilityBest,
  tiedWithBest: (item) => item.tiedWithBest,
  withinOneStandardError: (item) => item.withinOneStandardError,
  weightCount: (item) => item.weightCount,
  meanEpochs: (item) => item.epochs,
  seconds: (item) => item.seconds,
} as const satisfies Record<(typeof boardColumns)[number], (item: LeaderboardItem) => unknown>;

/** Names the columns in an error message. */
export const columnNames = Object.keys(columns);

/**
 * How to read a column of a board: one of `columnNames`, or a hyperparameter that some trial has (`epochs` is the
 * hyperparameter, `meanEpochs` what was trained). `null` for an unknown name.
 */
export function columnReader(
  name: string,
  trials: readonly Pick<TrialResult, 'trial' | 'params'>[],
): ((item: LeaderboardItem) => unknown) | null {
  if (Object.hasOwn(columns, name)) return columns[name as keyof typeof columns];
  if (!trials.some(({ params }) => Object.hasOwn(params, name))) return null;
  const values = new Map(trials.map(({ trial, params }) => [trial, params[name as keyof typeof params]]));
  return (item) => values.get(item.trial);
}
