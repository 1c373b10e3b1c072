import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Trial } from '@holdfast/contracts/trial';
import { findDataset } from '@holdfast/db/datasets';
import type { Database } from '@holdfast/db/open-database';
import { findSearch, type SearchRecord } from '@holdfast/db/searches';
import { loadTrial, type TrialRecord } from '@holdfast/db/trials';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { createDiagnosis } from './create-diagnosis.ts';

/** With all folds and curves; a fold run without a result shows the seed that it will have. */
export async function findTrial(database: Database, search: string, number: number): Promise<Trial | null> {
  const trial = await loadTrial(database, search, number);
  const record = trial && (await findSearch(database, search));
  const diagnosis = record && (await diagnose(database, record, trial));
  if (!diagnosis) return null;
  return {
    ...trial,
    diagnosis,
    folds: trial.folds.map((run) => ({
      ...run,
      seed: run.seed ?? deriveSeed(record.spec.seed, number, run.repeat, run.fold),
    })),
  };
}

/** Nothing is known of somebody else's models. `null` where the data are gone. */
async function diagnose(
  database: Database,
  record: SearchRecord,
  { params, folds }: TrialRecord,
): Promise<Trial['diagnosis'] | null> {
  if (record.trainer === 'external') return [];
  const dataset = await findDataset(database, record.datasetId);
  if (!dataset) return null;
  const diagnoseFigures = await createDiagnosis(database, record, dataset);
  return diagnoseFigures({
    params: params as Hyperparameters,
    folds: folds.filter(({ state }) => state === 'completed'),
  });
}
