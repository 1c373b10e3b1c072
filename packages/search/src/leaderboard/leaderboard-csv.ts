import { canonicalJson } from '@holdfast/contracts/canonical-json';
import type { LeaderboardItem } from '@holdfast/contracts/leaderboard';
import { foldStatistics } from '../statistics/fold-statistics.ts';

type Cell = string | number | boolean | null | undefined;

/**
 * The board as CSV (RFC 4180: CRLF, a header row), one row for each item in the order given. Columns are the JSON's
 * names with dots: `score.mean`, `score.folds.0`, `params.learningRate`. Lists and objects are JSON, `null` is empty.
 */
export function leaderboardCsv(items: readonly LeaderboardItem[]): string {
  const names = paramNames(items);
  const folds = foldCount(items);
  const header = [
    'rank',
    'trial',
    'status',
    'reason',
    ...names.map((name) => `params.${name}`),
    'score.mean',
    'score.std',
    'score.standardError',
    'score.foldStd',
    'score.seedStd',
    ...folds.map((fold) => `score.folds.${fold}`),
    'training.mean',
    'loss.validation',
    'loss.training',
    'gap',
    'lossGap',
    'overfit',
    'rankInterval',
    'probabilityBest',
    'tiedWithBest',
    'withinOneStandardError',
    'weightCount',
    'epochs',
    'seconds',
  ];
  const rows = items.map((item) => [
    item.rank,
    item.trial,
    item.status,
    item.reason,
    ...names.map((name) => toCell(item.params[name])),
    item.score.mean,
    item.score.std,
    item.score.standardError,
    item.score.foldStd,
    item.score.seedStd,
    ...folds.map((fold) => item.score.folds[fold]),
    item.training.mean,
    item.loss.validation,
    item.loss.training,
    item.gap,
    item.lossGap,
    item.overfit,
    toCell(item.rankInterval),
    item.probabilityBest,
    item.tiedWithBest,
    item.withinOneStandardError,
    item.weightCount,
    item.epochs,
    item.seconds,
  ]);
  return toCsv([header, ...rows]);
}

/**
 * The board with the column names of scikit-learn's `cv_results_`, by trial number. There "test" means the validation
 * folds, `std_test_score` divides by n, ties share the better rank, and what has no score ranks last; so it does here.
 * `mean_fit_time` is seconds a fold. Losses and errors keep their sign, the best still has rank 1.
 */
export function cvResultsCsv(items: readonly LeaderboardItem[]): string {
  const names = paramNames(items);
  const folds = foldCount(items);
  const means = items
    .filter(({ rank }) => rank !== null)
    .map(({ rank, score }) => ({ rank: rank!, mean: score.mean }));
  const rankOfMean = new Map<number | null, number>();
  for (const { rank, mean } of means) rankOfMean.set(mean, Math.min(rank, rankOfMean.get(mean) ?? rank));
  const header = [
    'mean_fit_time',
    ...names.map((name) => `param_${name}`),
    'params',
    ...folds.map((fold) => `split${fold}_test_score`),
    'mean_test_score',
    'std_test_score',
    'rank_test_score',
    'mean_train_score',
  ];
  const rows = [...items]
    .sort((a, b) => a.trial - b.trial)
    .map((item) => [
      meanFitTime(item),
      ...names.map((name) => toCell(item.params[name])),
      canonicalJson(item.params),
      ...folds.map((fold) => item.score.folds[fold]),
      item.score.mean,
      populationDeviation(item),
      item.rank === null ? means.length + 1 : rankOfMean.get(item.score.mean),
      item.training.mean,
    ]);
  return toCsv([header, ...rows]);
}

function meanFitTime({ seconds, score }: LeaderboardItem): number | null {
  const finished = score.folds.filter((fold) => fold !== null).length;
  return seconds === null || finished === 0 ? null : seconds / finished;
}

function populationDeviation({ score }: LeaderboardItem): number | null {
  const scores = score.folds.filter((fold) => fold !== null);
  if (score.mean === null) return null;
  if (scores.length < 2) return 0;
  const { std } = foldStatistics(scores);
  return std === null ? null : std * Math.sqrt((scores.length - 1) / scores.length);
}

function paramNames(items: readonly LeaderboardItem[]): string[] {
  return [...new Set(items.flatMap((item) => Object.keys(item.params)))];
}

function foldCount(items: readonly LeaderboardItem[]): number[] {
  const count = items.reduce((most, item) => Math.max(most, item.score.folds.length), 0);
  return Array.from({ length: count }, (_, fold) => fold);
}

function toCell(value: unknown): Cell {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return canonicalJson(value);
}

function toCsv(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map(formatCell).join(',')}\r\n`).join('');
}

function formatCell(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell !== 'string') return String(cell);
  // Spreadsheets take such text for a formula; an apostrophe makes it text.
  const inert = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
