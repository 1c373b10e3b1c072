import type { Comparison } from '@holdfast/contracts/comparison';
import { isMetric, type MetricName } from '@holdfast/contracts/metrics';
import { listModels } from '@holdfast/db/models';
import type { Database } from '@holdfast/db/open-database';
import { foldStatistics } from '@holdfast/search/statistics/fold-statistics';

/** Of a search that has more models than these, the newest. */
const mostModels = 200;

/** By trial: how far the seeds of its newest final model lie apart, where it was trained with several. */
export async function loadRefitSpreads(
  database: Database,
  { search, trials, metric }: { search: string; trials: readonly number[]; metric: MetricName },
): Promise<Map<number, NonNullable<Comparison['trials'][number]['refit']>>> {
  const found = new Map<number, NonNullable<Comparison['trials'][number]['refit']>>();
  if (!isMetric(metric)) return found;
  const { items } = await listModels(database, { limit: mostModels, search, status: 'completed' });
  for (const { id, trial, result } of items) {
    if (result === null || found.has(trial) || !trials.includes(trial)) continue;
    const scores = result.runs.flatMap(({ training }) => training[metric] ?? []);
    const { std } = foldStatistics(scores);
    if (std !== null) found.set(trial, { model: id, seeds: scores.length, trainingStd: std });
  }
  return found;
}
