import type { Baseline, LeaderboardItem } from '@holdfast/contracts/leaderboard';
import { isMetric, type MetricName, metricsOf } from '@holdfast/contracts/metrics';
import { loadBaselines } from '@holdfast/db/baselines';
import { findDataset } from '@holdfast/db/datasets';
import type { Database } from '@holdfast/db/open-database';
import { findSearch, type SearchRecord } from '@holdfast/db/searches';
import { loadTrialResults, type TrialResult } from '@holdfast/db/trials';
import { describeBaselines, hasBaselines } from '@holdfast/search/leaderboard/describe-baselines';
import { rankLeaderboard } from '@holdfast/search/leaderboard/rank-leaderboard';
import { foldRunsPerTrial } from '@holdfast/search/resolve-cross-validation';
import { ProblemError } from '../problem-error.ts';

/** All trials of a search at one revision, ranked by one metric; how sure that is comes later, see `assessBoard`. */
export interface RankedBoard {
  record: SearchRecord;
  metric: MetricName;
  items: LeaderboardItem[];
  results: TrialResult[];
  baselines: Baseline[];
}

/** Tries to read record and results of one revision; beyond that the results may be newer than the record says. */
const readings = 3;

/**
 * Reads the trials of a search that was `found` just before, and ranks them; `null`: it is not there any more. `metric` is
 * the objective's unless given.
 * @throws ProblemError for a metric that the data's task does not have
 */
export async function loadBoard(
  database: Database,
  found: SearchRecord,
  metric?: MetricName,
): Promise<RankedBoard | null> {
  let record = found;
  let results: TrialResult[] = [];
  for (let reading = 1; ; reading++) {
    results = await loadTrialResults(database, record.id);
    const after = await findSearch(database, record.id);
    if (after === null) return null;
    if (after.revision === record.revision || reading === readings) break;
    record = after;
  }
  if (metric !== undefined) await checkMetric(database, record, metric);
  const { spec } = record;
  const items = rankLeaderboard({ spec, trials: results, ...(metric && { metric }) });
  const by = metric ?? spec.objective.metric;
  return { record, metric: by, items, results, baselines: await baselinesOf(database, record, results, by) };
}

/** Of a search that somebody else trains there are none. */
async function baselinesOf(
  database: Database,
  record: SearchRecord,
  results: readonly TrialResult[],
  metric: MetricName,
): Promise<Baseline[]> {
  if (record.trainer === 'external' || !isMetric(metric)) return [];
  const foldRuns = foldRunsPerTrial(record.spec.crossValidation);
  if (!hasBaselines(results, foldRuns)) return [];
  return describeBaselines(await loadBaselines(database, record.id), { metric, foldRuns });
}

async function checkMetric(database: Database, record: SearchRecord, metric: MetricName): Promise<void> {
  const known = await metricsFor(database, record);
  if (known === null || known.names.includes(metric)) return;
  const message = `${metric} is not defined for ${known.of}. Use one of ${known.names.join(', ')}.`;
  throw new ProblemError('invalid-request', message, { errors: [{ pointer: '/metric', message }] });
}

/** What a search's trials can be ranked by. */
async function metricsFor(
  database: Database,
  record: SearchRecord,
): Promise<{ names: readonly string[]; of: string } | null> {
  if (record.trainer === 'external') {
    return { names: [record.spec.objective.metric], of: 'this external search' };
  }
  const dataset = await findDataset(database, record.datasetId);
  return dataset && { names: metricsOf(dataset.task), of: dataset.task };
}
