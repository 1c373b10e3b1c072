import type { Finding } from '@holdfast/contracts/diagnosis';
import { isMetric } from '@holdfast/contracts/metrics';
import { findDataset } from '@holdfast/db/datasets';
import { loadTrialFigures } from '@holdfast/db/diagnosed-trials';
import type { Database } from '@holdfast/db/open-database';
import { diagnoseSearch, type OwnTrialResult } from '@holdfast/search/diagnosis/diagnose-search';
import { isOver } from '../searches/is-over.ts';
import { createDiagnosis } from '../trials/create-diagnosis.ts';
import type { RankedBoard } from './load-board.ts';

/** What is wrong with a search that is over: its trials together, and the best one with its curves. */
export async function diagnoseBoard(database: Database, board: RankedBoard): Promise<Finding[]> {
  const { record, metric, items, results, baselines } = board;
  // Nothing is known of somebody else's models.
  if (record.trainer === 'external' || !isMetric(metric) || !isOver(record.status)) return [];
  const dataset = await findDataset(database, record.datasetId);
  if (dataset === null) return [];
  const first = items[0];
  const [best] = first?.rank === 1 ? await loadTrialFigures(database, record.id, [first.trial]) : [];
  const diagnose = await createDiagnosis(database, record, dataset);
  const trials = results as OwnTrialResult[];
  return diagnoseSearch({ items, trials, baselines, metric, best: best ? diagnose(best) : null });
}
