import { directionFor } from '@holdfast/contracts/any-spec';
import type { LeaderboardItem } from '@holdfast/contracts/leaderboard';
import type { TrialPoints } from '@holdfast/contracts/plots';
import { varied } from '@holdfast/search/varied-hyperparameters';
import type { RankedBoard } from '../leaderboard/load-board.ts';
import { plotAxis } from './plot-axes.ts';
import { sampleTrials } from './sample-trials.ts';

/** Points for those of `items`, in the order of the board, that have a score; at most about `limit`. */
export function trialPoints(
  board: RankedBoard,
  items: readonly LeaderboardItem[],
  limit: number,
): TrialPoints {
  const { metric, record, results } = board;
  const direction = directionFor(record.spec, metric);
  const scored = items.filter(({ score }) => score.mean !== null);
  const best = bestSoFar(scored, direction);
  const shown = sampleTrials(scored, { limit, kept: new Set(best.trial) });
  const params = new Map(results.map((result) => [result.trial, result.params]));
  const axes = varied(record.spec, results).map((name) => plotAxis(name, results));
  const column = <T>(read: (item: LeaderboardItem) => T) => shown.map(read);
  return {
    search: record.id,
    metric,
    direction,
    updatedAt: record.updatedAt.toISOString(),
    total: scored.length,
    sampling: shown.length === scored.length ? 'all' : 'sample',
    axes: axes.map(({ place: _, ...axis }) => axis),
    trial: column(({ trial }) => trial),
    rank: column(({ rank }) => rank),
    status: column(({ status }) => status),
    score: column(({ score }) => score.mean),
    standardError: column(({ score }) => score.standardError),
    trainingScore: column(({ training }) => training.mean),
    validationLoss: column(({ loss }) => loss.validation),
    trainingLoss: column(({ loss }) => loss.training),
    overfit: column(({ overfit }) => overfit),
    weightCount: column(({ weightCount }) => weightCount),
    seconds: column(({ seconds }) => seconds),
    values: axes.map(({ place }) => column(({ trial }) => place(params.get(trial)!))),
    bestSoFar: best,
  };
}

/** Each completed trial, by number, that was better than all before it. */
function bestSoFar(items: readonly LeaderboardItem[], direction: TrialPoints['direction']) {
  const sign = direction === 'maximize' ? 1 : -1;
  const trial: number[] = [];
  const score: number[] = [];
  const completed = items.filter(({ status }) => status === 'completed');
  for (const item of completed.sort((a, b) => a.trial - b.trial)) {
    const before = score.at(-1);
    if (before !== undefined && sign * (item.score.mean! - before) <= 0) continue;
    trial.push(item.trial);
    score.push(item.score.mean!);
  }
  return { trial, score };
}
