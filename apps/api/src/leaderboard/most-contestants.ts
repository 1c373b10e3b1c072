import type { MetricName } from '@holdfast/contracts/metrics';
import type { PredictionRows } from './board-predictions.ts';

/** Of a board of thousands, only the best ones can be the best. */
const most = 1000;
const fewest = 20;

/** Rows that a thousand resamples of all contestants may visit, in thousands: some ten seconds for a board from nothing. */
const rowVisits = 4_000_000;
/** Read from the database for a board from nothing. */
const bytes = 256 * 1024 * 1024;

const overRows = new Set<MetricName>(['accuracy', 'loss', 'mse', 'mae']);

/** How many trials of a board are resampled. Depends on the data and the metric alone, so that every run does the same. */
export function mostContestants({ outputs, units, validated }: PredictionRows, metric: MetricName): number {
  const predicted = validated.flat().reduce((sum, rows) => sum + rows.length, 0);
  // Means over rows are added up once for each unit, areas are counted for each class.
  const visits = overRows.has(metric) ? units.count : predicted * (metric === 'auc' ? outputs : 1);
  const size = predicted * outputs * Float32Array.BYTES_PER_ELEMENT;
  return Math.max(fewest, Math.min(most, Math.floor(rowVisits / visits), Math.floor(bytes / size)));
}
