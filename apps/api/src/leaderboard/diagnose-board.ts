import type { Finding } from '@holdfast/contracts/diagnosis';
import type { Database } from '@holdfast/db/open-database';
import { loadTrial } from '@holdfast/db/trials';
import { diagnoseSearch } from '@holdfast/search/diagnosis/diagnose-search';
import { isOver } from '../searches/is-over.ts';
import { diagnoseRecord } from '../trials/diagnose-record.ts';
import type { RankedBoard } from './load-board.ts';

/** What is wrong with a search that is over: its trials together, and the best one with its curves. */
export async function diagnoseBoard(
  database: Database,
  { record, metric, items, results, baselines }: RankedBoard,
): Promise<Finding[]> {
  if (!isOver(record.status)) return [];
  const first = items[0];
  const trial = first?.rank === 1 ? await loadTrial(database, record.id, first.trial) : null;
  const best = trial && (await diagnoseRecord(database, record, trial));
  return diagnoseSearch({ items, trials: results, baselines, metric, best });
}
