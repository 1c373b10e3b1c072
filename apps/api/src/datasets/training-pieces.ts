import type { Dataset } from '@holdfast/contracts/dataset';
import { loadTrainingRows, type TrainingRows } from '@holdfast/db/datasets';
import type { Database } from '@holdfast/db/open-database';

/** Features of one piece: what is held of a data set of any size, and some milliseconds of looking at it. */
const pieceBytes = 4 * 2 ** 20;

/** All training rows, in order, some at a time: `from` is the number of a piece's first row. */
export async function* trainingPieces(
  database: Database,
  { id, rows, features }: Pick<Dataset, 'id' | 'rows' | 'features'>,
): AsyncGenerator<TrainingRows & { from: number }> {
  const limit = Math.max(1, Math.floor(pieceBytes / (features.length * Float64Array.BYTES_PER_ELEMENT)));
  for (let from = 0; from < rows.train; from += limit) {
    yield { from, ...(await loadTrainingRows(database, id, { from, limit })) };
  }
}
