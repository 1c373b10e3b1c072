import type { Database } from './open-database.ts';

export interface TrialPredictions {
  trial: number;
  folds: {
    repeat: number;
    fold: number;
    /** Validation rows × outputs, in the order of the validation rows; `null` where training diverged. */
    predictions: Float32Array | null;
  }[];
}

/** The out-of-fold predictions of some trials, those that are there, by number; folds in the order of repeat and fold. */
export async function loadTrialPredictions(
  db: Database,
  searchId: string,
  trials: readonly number[],
): Promise<TrialPredictions[]> {
  const { rows } = await db.pool.query<{
    trial: number;
    repeat: number;
    fold: number;
    predictions: Buffer | null;
  }>(
    `SELECT trial, repeat, fold, predictions FROM fold_records
     WHERE search_id = $1 AND trial = ANY ($2::integer[]) ORDER BY trial, repeat, fold`,
    [searchId, trials],
  );
  const found: TrialPredictions[] = [];
  for (const { trial, repeat, fold, predictions } of rows) {
    if (found.at(-1)?.trial !== trial) found.push({ trial, folds: [] });
    // A copy, since a view needs its bytes at an address that four divides.
    const values = predictions && new Float32Array(Uint8Array.from(predictions).buffer);
    found.at(-1)!.folds.push({ repeat, fold, predictions: values });
  }
  return found;
}

/** The trials of a search that had their result, or were pruned, before a moment. */
export async function listTrialsOverBefore(db: Database, searchId: string, moment: Date): Promise<number[]> {
  const { rows } = await db.pool.query<{ number: number }>(
    `SELECT t.number FROM trials t
     WHERE t.search_id = $1 AND t.state IN ('completed', 'pruned') AND NOT EXISTS (
       SELECT FROM fold_runs f
       WHERE f.search_id = t.search_id AND f.trial = t.number AND (f.finished_at IS NULL OR f.finished_at >= $2)
     )
     ORDER BY t.number`,
    [searchId, moment],
  );
  return rows.map(({ number }) => number);
}
