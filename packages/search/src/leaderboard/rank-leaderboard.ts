import { type AnyResolvedSpec, directionFor } from '@holdfast/contracts/any-spec';
import type { LeaderboardItem } from '@holdfast/contracts/leaderboard';
import type { MetricName } from '@holdfast/contracts/metrics';
import type { TrialParams } from '@holdfast/contracts/trial-params';
import { exactSum } from '../statistics/exact-sum.ts';
import { foldStatistics, meanOf } from '../statistics/fold-statistics.ts';
import { type ScoreSpread, scoreSpread } from '../statistics/score-spread.ts';
import { varied } from '../varied-hyperparameters.ts';
import type { FoldResult, TrialResult } from './trial-result.ts';

const overfitLossGap = 0.1;
const overfitLossDifference = 0.01;

/**
 * The whole leaderboard. Ranked are completed trials with a score, the better first, ties by trial number; then, with
 * rank `null` and by number, all others.
 *
 * A completed trial has a score only where every fold has one; the reason tells which has not. Trials that are not
 * completed show the mean over the folds that are there, failed ones none. Sums are exact and rounded once, so the
 * figures do not depend on the order of folds. `gap` is training score − validation score for errors and losses too.
 * `rankInterval`, `probabilityBest` and `tiedWithBest` are `null` here.
 * @param input.metric ranks by another metric than the objective's.
 */
export function rankLeaderboard(input: {
  spec: AnyResolvedSpec;
  trials: readonly TrialResult[];
  metric?: MetricName;
}): LeaderboardItem[] {
  const metric = input.metric ?? input.spec.objective.metric;
  const names = varied(input.spec, input.trials);
  const items = input.trials.map((trial) => toItem(trial, metric, names));
  const sign = directionFor(input.spec, metric) === 'maximize' ? -1 : 1;
  const isRanked = (item: LeaderboardItem) => item.status === 'completed' && item.score.mean !== null;
  const ranked = items
    .filter(isRanked)
    .sort((a, b) => sign * (a.score.mean! - b.score.mean!) || a.trial - b.trial);
  const unranked = items.filter((item) => !isRanked(item)).sort((a, b) => a.trial - b.trial);

  const best = ranked[0]?.score;
  ranked.forEach((item, index) => {
    item.rank = index + 1;
    if (best?.standardError == null) return;
    item.withinOneStandardError = sign * (item.score.mean! - best.mean!) <= best.standardError;
  });
  return [...ranked, ...unranked];
}

function toItem(result: TrialResult, metric: MetricName, names: readonly string[]): LeaderboardItem {
  const folds = [...result.folds].sort((a, b) => a.repeat - b.repeat || a.fold - b.fold);
  // A failed trial's remaining folds would be a mean over an arbitrary part of them.
  const done = result.status === 'failed' ? [] : folds.filter(({ state }) => state === 'completed');
  const scores = done.map(({ validation }) => validation?.[metric] ?? null);
  const statistics = foldStatistics(scores);
  const training = meanOf(done.map((fold) => fold.training?.[metric] ?? null));
  const loss = {
    validation: meanOf(done.map((fold) => fold.validation?.loss ?? null)),
    training: meanOf(done.map((fold) => fold.training?.loss ?? null)),
  };
  const lossGap = lossGapOf(loss);
  const seconds = folds.flatMap((fold) => fold.seconds ?? []);
  return {
    rank: null,
    trial: result.trial,
    status: result.status,
    reason: result.reason ?? (result.status === 'completed' ? missingScore(done, metric) : null),
    params: pick(result.params, names),
    score: {
      ...statistics,
      ...spreadOf(folds, metric),
      folds: folds.map(({ validation }) => validation?.[metric] ?? null),
    },
    training: { mean: training },
    loss,
    gap: training === null || statistics.mean === null ? null : training - statistics.mean,
    lossGap,
    overfit:
      lossGap === null
        ? null
        : lossGap > overfitLossGap && loss.validation! - loss.training! > overfitLossDifference,
    rankInterval: null,
    probabilityBest: null,
    tiedWithBest: null,
    withinOneStandardError: null,
    weightCount: result.weightCount,
    epochs: meanOf(folds.flatMap((fold) => fold.epochs ?? [])),
    seconds: seconds.length === 0 ? null : exactSum(seconds),
  };
}

/** Over the repeats that are complete. */
function spreadOf(folds: readonly FoldResult[], metric: MetricName): ScoreSpread {
  const repeats = new Map<number, (number | null)[]>();
  for (const { repeat, state, validation } of folds) {
    const scores = repeats.get(repeat) ?? [];
    repeats.set(repeat, scores);
    scores.push(state === 'completed' ? (validation?.[metric] ?? null) : null);
  }
  return scoreSpread([...repeats.values()]);
}

function lossGapOf(loss: { validation: number | null; training: number | null }): number | null {
  if (loss.validation === null || loss.training === null || loss.training === 0) return null;
  const gap = loss.validation / loss.training - 1;
  return Number.isFinite(gap) ? gap : null;
}

function missingScore(folds: readonly FoldResult[], metric: MetricName): string | null {
  const missing = folds.find(({ validation }) => (validation?.[metric] ?? null) === null);
  if (!missing) return null;
  const place = `repeat ${missing.repeat}, fold ${missing.fold}`;
  return missing.reason === null ? `${metric} is not defined on ${place}` : `${place}: ${missing.reason}`;
}

function pick(params: TrialParams, names: readonly string[]): LeaderboardItem['params'] {
  const all = params as unknown as LeaderboardItem['params'];
  return Object.fromEntries(names.flatMap((name) => (name in all ? [[name, all[name]!]] : [])));
}
