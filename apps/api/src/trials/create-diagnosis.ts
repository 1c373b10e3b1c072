import type { Dataset } from '@holdfast/contracts/dataset';
import type { Finding } from '@holdfast/contracts/diagnosis';
import type { Metric } from '@holdfast/contracts/metrics';
import { loadBaselines } from '@holdfast/db/baselines';
import type { Database } from '@holdfast/db/open-database';
import type { OwnSearchRecord } from '@holdfast/db/searches';
import { baselineOf } from '@holdfast/search/diagnosis/baseline';
import { type DiagnosedTrial, diagnoseTrial } from '@holdfast/search/diagnosis/diagnose-trial';
import { meanOf } from '@holdfast/search/statistics/fold-statistics';

/** What all trials of a search are judged by: data, early stopping, and its linear baseline. */
export async function createDiagnosis(
  database: Database,
  { id, spec }: Pick<OwnSearchRecord, 'id' | 'spec'>,
  { task, rowsPerClass, rows }: Dataset,
): Promise<(trial: DiagnosedTrial) => Finding[]> {
  const baselines = await loadBaselines(database, id);
  const linearMean = (metric: Metric) =>
    meanOf(baselines.map(({ linear }) => linear.validation[metric] ?? null));
  const baseline = baselineOf({ task, rowsPerClass, trainRows: rows.train });
  const options = {
    earlyStopping: spec.earlyStopping !== null,
    linear: { accuracy: linearMean('accuracy'), r2: linearMean('r2') },
  };
  return (trial) => diagnoseTrial(trial, baseline, options);
}
