import { describeEncodings } from '@holdfast/core/preprocessing/column-encoding';
import type { TrainingSet } from '@holdfast/core/training-set';
import { loadTrainingRows } from '@holdfast/db/datasets';
import type { Database } from '@holdfast/db/open-database';

/** The training rows of a data set, in shared memory. @throws DatasetMissingError */
export async function loadTrainingSet(db: Database, id: string): Promise<TrainingSet> {
  const { task, rows, columns, outputs, features, targets, kinds } = await loadTrainingRows(db, id);
  const table = { rows, columns, outputs, features, encodings: describeEncodings(kinds) };
  if (task === 'classification' && targets instanceof Int32Array) return { ...table, task, targets };
  if (task === 'binary' && targets instanceof Uint8Array) return { ...table, task, targets };
  if (task === 'regression' && targets instanceof Float64Array) return { ...table, task, targets };
  throw new TypeError(`Data set ${id}: the targets are not those of a ${task} task.`);
}
