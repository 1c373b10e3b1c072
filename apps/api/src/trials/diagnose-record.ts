import type { Finding } from '@holdfast/contracts/diagnosis';
import type { Metric } from '@holdfast/contracts/metrics';
import { loadBaselines } from '@holdfast/db/baselines';
import { findDataset } from '@holdfast/db/datasets';
import type { Database } from '@holdfast/db/open-database';
import type { SearchRecord } from '@holdfast/db/searches';
import type { TrialRecord } from '@holdfast/db/trials';
import { baselineOf } from '@holdfast/search/diagnosis/baseline';
import { diagnoseTrial } from '@holdfast/search/diagnosis/diagnose-trial';
import { meanOf } from '@holdfast/search/statistics/fold-statistics';

/** What the folds of a trial that are there say of it; `null` where its data set is gone. */
export async function diagnoseRecord(
  database: Database,
  { id, datasetId, spec }: SearchRecord,
  trial: TrialRecord,
): Promise<Finding[] | null> {
  const dataset = await findDataset(database, datasetId);
  if (dataset === null) return null;
  const { task, rowsPerClass, rows } = dataset;
  const baselines = await loadBaselines(database, id);
  const linearMean = (metric: Metric) =>
    meanOf(baselines.map(({ linear }) => linear.validation[metric] ?? null));
  return diagnoseTrial(
    { params: trial.params, folds: trial.folds.filter(({ state }) => state === 'completed') },
    baselineOf({ task, rowsPerClass, trainRows: rows.train }),
    {
      earlyStopping: spec.earlyStopping !== null,
      linear: { accuracy: linearMean('accuracy'), r2: linearMean('r2') },
    },
  );
}
