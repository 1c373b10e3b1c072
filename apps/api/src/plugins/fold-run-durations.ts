import { foldSecondsBounds, type WorkerLoad } from '@holdfast/db/workers';
import type { Histogram, Registry } from 'prom-client';

const name = 'holdfast_fold_run_duration_seconds';
const help = 'Trainings of fold runs, by worker; a worker counts from its start.';

interface Sample {
  metricName: string;
  labels: Record<string, string | number>;
  value: number;
}

/**
 * The histogram that workers keep and tell with their heartbeats: prom-client's own can only observe, not take over counts.
 *
 * @returns sets what the next scrape shows
 */
export function registerFoldRunDurations(
  registry: Registry,
): (loads: ReadonlyMap<string, WorkerLoad>) => void {
  let loads: ReadonlyMap<string, WorkerLoad> = new Map();
  const metric = {
    name,
    get: async () => ({
      name,
      help,
      type: 'histogram',
      aggregator: 'sum',
      values: [...loads].flatMap(([worker, { foldSeconds }]) => samplesOf(worker, foldSeconds)),
    }),
    reset() {
      loads = new Map();
    },
  };
  registry.registerMetric(metric as unknown as Histogram);
  return (told) => {
    loads = told;
  };
}

function samplesOf(worker: string, { counts, sum }: WorkerLoad['foldSeconds']): Sample[] {
  let total = 0;
  const buckets = counts.map((count, index): Sample => {
    total += count;
    const le = foldSecondsBounds[index] ?? '+Inf';
    return { metricName: `${name}_bucket`, labels: { le, worker }, value: total };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels: { worker }, value: sum },
    { metricName: `${name}_count`, labels: { worker }, value: total },
  ];
}
