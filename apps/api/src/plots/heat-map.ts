import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { LeaderboardItem } from '@holdfast/contracts/leaderboard';
import { directionOf } from '@holdfast/contracts/metrics';
import type { HeatMap } from '@holdfast/contracts/plots';
import { varied } from '@holdfast/search/varied-hyperparameters';
import type { RankedBoard } from '../leaderboard/load-board.ts';
import { ProblemError } from '../problem-error.ts';
import { type PlotAxis, plotAxis } from './plot-axes.ts';

/** So few different values each have a bin of their own. */
const fewValues = 8;
/** So many too, where they are those of a grid: each has two trials or more. Others are put into as many bins at most. */
const mostBins = 24;
const fewestBins = 6;

type Bins = HeatMap['x']['bins'];

/**
 * Scores over two hyperparameters, by name; from all of `items` that have a score and both of them.
 * @throws ProblemError naming an axis that the search does not vary
 */
export function heatMap(
  board: RankedBoard,
  items: readonly LeaderboardItem[],
  names: { x: string; y: string },
): HeatMap {
  const { metric, record, results } = board;
  checkVaried(names, varied(record.spec, results));
  const direction = directionOf(metric);
  const params = new Map(results.map((result) => [result.trial, result.params]));
  const x = binnedAxis(plotAxis(names.x, results), results);
  const y = binnedAxis(plotAxis(names.y, results), results);
  const better = (a: number, b: number) => (direction === 'maximize' ? a > b : a < b);
  const cells = new Map<string, HeatMap['cells'][number] & { sum: number }>();
  let total = 0;
  for (const { trial, score } of items) {
    const mean = score.mean;
    const own = params.get(trial)!;
    const [column, row] = [x.bin(own), y.bin(own)];
    if (mean === null || column === null || row === null) continue;
    total++;
    const key = `${column} ${row}`;
    const cell = cells.get(key);
    if (!cell) {
      cells.set(key, { x: column, y: row, trials: 1, mean, best: mean, bestTrial: trial, sum: mean });
      continue;
    }
    cell.trials++;
    cell.sum += mean;
    cell.mean = cell.sum / cell.trials;
    if (better(mean, cell.best)) {
      cell.best = mean;
      cell.bestTrial = trial;
    }
  }
  return {
    search: record.id,
    metric,
    direction,
    total,
    x: x.axis,
    y: y.axis,
    cells: [...cells.values()].map(({ sum: _, ...cell }) => cell),
  };
}

function checkVaried(names: { x: string; y: string }, known: readonly string[]): void {
  const errors = Object.entries(names)
    .filter(([, name]) => !known.includes(name))
    .map(([axis, name]) => ({
      pointer: `/${axis}`,
      message: `${JSON.stringify(name)} is not varied by this search. Use one of ${known.join(', ') || 'those of another search: it varies none'}.`,
    }));
  if (errors.length > 0) throw new ProblemError('invalid-request', 'The axes cannot be drawn.', { errors });
}

function binnedAxis({ place, ...axis }: PlotAxis, trials: readonly { params: Hyperparameters }[]) {
  if (axis.range === null) return { axis: { ...axis, bins: null }, bin: place };
  const values = new Set<number>();
  let placed = 0;
  for (const { params } of trials) {
    const value = place(params);
    if (value === null) continue;
    placed++;
    if (values.size <= mostBins) values.add(value);
  }
  const ofTheirOwn = values.size <= fewValues || (values.size <= mostBins && 2 * values.size <= placed);
  const count = Math.min(mostBins, Math.max(fewestBins, Math.ceil(Math.sqrt(placed))));
  const bins: NonNullable<Bins> = ofTheirOwn
    ? [...values].sort((a, b) => a - b).map((value) => [value, value])
    : equalBins(axis.range, axis, count);
  // Searched from the upper end: where two bins meet, the value belongs to the upper one.
  const bin = (params: Hyperparameters) => {
    const value = place(params);
    if (value === null) return null;
    const found = bins.findLastIndex(([from]) => value >= from);
    return Math.max(0, found);
  };
  return { axis: { ...axis, bins }, bin };
}

function equalBins(
  [min, max]: [number, number],
  { log, zero }: Pick<PlotAxis, 'log' | 'zero'>,
  count: number,
) {
  const [low, high] = log ? [Math.log(min), Math.log(max)] : [min, max];
  const end = (n: number) => {
    if (n === 0) return min;
    if (n === count) return max;
    const at = low + ((high - low) * n) / count;
    return log ? Math.exp(at) : at;
  };
  const bins = Array.from({ length: count }, (_, n): [number, number] => [end(n), end(n + 1)]);
  return zero ? [[0, 0] as [number, number], ...bins] : bins;
}
