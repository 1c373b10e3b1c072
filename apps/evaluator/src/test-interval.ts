import { setImmediate } from 'node:timers/promises';
import { type Metric, metricsOf, type Scores } from '@holdfast/contracts/metrics';
import type { LabelledRows } from '@holdfast/core/training-set';
import { drawResamples } from '@holdfast/search/statistics/resamples';

export type Interval = [number, number];

/** The normal distribution's 97.5 % quantile. */
const z = 1.959963984540054;
const resamples = 1000;

/** Wilson's score interval for a share (Wilson, JASA 22, 1927, p. 212), 95 %. */
export function wilsonInterval(successes: number, trials: number): Interval {
  const share = successes / trials;
  const denominator = 1 + (z * z) / trials;
  const center = (share + (z * z) / (2 * trials)) / denominator;
  const half =
    (z / denominator) * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials));
  return [Math.max(0, center - half), Math.min(1, center + half)];
}

/**
 * 95 % intervals of a model's test scores: Wilson's for the accuracy of rows that are right or wrong, for all others the
 * percentiles of 1,000 bootstrap resamples of the rows (Efron 1979). A metric that is undefined in more than a
 * twentieth of them has none. Lets the event loop turn between resamples.
 * @param scoreOf all metrics of the rows named, which may come more than once
 * @throws the signal's reason
 */
export async function testIntervals(
  data: LabelledRows,
  scores: Scores,
  seed: number,
  scoreOf: (rows: Int32Array) => Scores,
  signal?: AbortSignal,
): Promise<Partial<Record<Metric, Interval>>> {
  const drawn = new Map<Metric, number[]>(metricsOf(data.task).map((metric) => [metric, []]));
  for (const counts of drawResamples(seed, data.rows, resamples).counts) {
    await setImmediate();
    signal?.throwIfAborted();
    const rows = new Int32Array(data.rows);
    let at = 0;
    for (const [row, count] of counts.entries()) for (let i = 0; i < count; i++) rows[at++] = row;
    const resampled = scoreOf(rows);
    for (const [metric, values] of drawn) {
      const value = resampled[metric];
      if (value != null) values.push(value);
    }
  }
  const intervals: Partial<Record<Metric, Interval>> = {};
  for (const [metric, values] of drawn) {
    const score = scores[metric];
    if (score == null) continue;
    if (metric === 'accuracy' && (data.task === 'classification' || data.outputs === 1))
      intervals[metric] = wilsonInterval(Math.round(score * data.rows), data.rows);
    else if (values.length >= resamples * 0.95) intervals[metric] = percentiles(values);
  }
  return intervals;
}

function percentiles(values: number[]): Interval {
  values.sort((a, b) => a - b);
  const at = (share: number) => values[Math.min(values.length - 1, Math.floor(share * values.length))]!;
  return [at(0.025), at(0.975)];
}
