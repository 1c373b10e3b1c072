import { createHash } from 'node:crypto';
import type { Leaderboard, LeaderboardItem } from '@holdfast/contracts/leaderboard';
import { directionOf, type Metric, metricsOf } from '@holdfast/contracts/metrics';
import { findDataset } from '@holdfast/db/datasets';
import type { Database } from '@holdfast/db/open-database';
import { findSearch, type SearchRecord } from '@holdfast/db/searches';
import { loadTrialResults, type TrialResult } from '@holdfast/db/trials';
import { digestInput } from '@holdfast/search/leaderboard/digest-input';
import { findHints } from '@holdfast/search/leaderboard/hints';
import { rankLeaderboard } from '@holdfast/search/leaderboard/rank-leaderboard';
import { recommendTrial } from '@holdfast/search/leaderboard/recommend';
import { ProblemError } from '../problem-error.ts';

/** The whole leaderboard of a search at one revision by one metric. */
export interface Board {
  record: SearchRecord;
  head: Omit<Leaderboard, 'items' | 'nextCursor'>;
  items: LeaderboardItem[];
  results: TrialResult[];
}

/** Tries to read record and results of one revision; beyond that the results may be newer than the record says. */
const readings = 3;

/**
 * Reads and ranks; `null`: there is no such search. `metric` is the objective's unless given.
 * @throws ProblemError for a metric that the data's task does not have
 */
export async function loadBoard(database: Database, search: string, metric?: Metric): Promise<Board | null> {
  let record = await findSearch(database, search);
  let results: TrialResult[] = [];
  for (let reading = 1; record !== null; reading++) {
    results = await loadTrialResults(database, search);
    const after = await findSearch(database, search);
    if (after === null || after.revision === record.revision || reading === readings) {
      record = after === null ? null : record;
      break;
    }
    record = after;
  }
  if (record === null) return null;
  if (metric !== undefined) await checkMetric(database, record, metric);
  return rank(record, results, metric ?? record.spec.objective.metric);
}

async function checkMetric(database: Database, record: SearchRecord, metric: Metric): Promise<void> {
  const dataset = await findDataset(database, record.datasetId);
  if (dataset === null || metricsOf(dataset.task).includes(metric)) return;
  const message = `${metric} is not defined for ${dataset.task}. Use one of ${metricsOf(dataset.task).join(', ')}.`;
  throw new ProblemError('invalid-request', message, { errors: [{ pointer: '/metric', message }] });
}

function rank(record: SearchRecord, results: TrialResult[], metric: Metric): Board {
  const { spec, status } = record;
  const items = rankLeaderboard({ spec, trials: results, metric });
  const ranked = {
    status,
    metric,
    direction: directionOf(metric),
    items,
    corrected: null,
    recommended: recommendTrial(items, results),
    hints: findHints({ spec, status, items, trials: results }),
  };
  const { items: _, ...head } = ranked;
  const digest = `sha256:${createHash('sha256').update(digestInput(ranked)).digest('hex')}`;
  return {
    record,
    head: { search: record.id, ...head, digest, updatedAt: record.updatedAt.toISOString() },
    items,
    results,
  };
}
