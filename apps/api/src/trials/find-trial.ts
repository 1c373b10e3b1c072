import type { Trial } from '@holdfast/contracts/trial';
import type { Database } from '@holdfast/db/open-database';
import { findSearch } from '@holdfast/db/searches';
import { loadTrial } from '@holdfast/db/trials';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { diagnoseRecord } from './diagnose-record.ts';

/** With all folds and curves; a fold run without a result shows the seed that it will have. */
export async function findTrial(database: Database, search: string, number: number): Promise<Trial | null> {
  const trial = await loadTrial(database, search, number);
  const record = trial && (await findSearch(database, search));
  const diagnosis = record && (await diagnoseRecord(database, record, trial));
  if (diagnosis === null) return null;
  return {
    ...trial!,
    diagnosis,
    folds: trial!.folds.map((run) => ({
      ...run,
      seed: run.seed ?? deriveSeed(record!.spec.seed, number, run.repeat, run.fold),
    })),
  };
}
