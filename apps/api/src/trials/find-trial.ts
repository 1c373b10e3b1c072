import type { Trial } from '@holdfast/contracts/trial';
import { findDataset } from '@holdfast/db/datasets';
import type { Database } from '@holdfast/db/open-database';
import { findSearch } from '@holdfast/db/searches';
import { loadTrial } from '@holdfast/db/trials';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { createDiagnosis } from './create-diagnosis.ts';

/** With all folds and curves; a fold run without a result shows the seed that it will have. */
export async function findTrial(database: Database, search: string, number: number): Promise<Trial | null> {
  const trial = await loadTrial(database, search, number);
  const record = trial && (await findSearch(database, search));
  const dataset = record && (await findDataset(database, record.datasetId));
  if (!dataset) return null;
  const diagnose = await createDiagnosis(database, record, dataset);
  return {
    ...trial,
    diagnosis: diagnose({
      params: trial.params,
      folds: trial.folds.filter(({ state }) => state === 'completed'),
    }),
    folds: trial.folds.map((run) => ({
      ...run,
      seed: run.seed ?? deriveSeed(record.spec.seed, number, run.repeat, run.fold),
    })),
  };
}
