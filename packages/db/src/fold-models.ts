import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { ModelState } from '@holdfast/contracts/states';
import type { ModelResult } from './models.ts';
import type { Database } from './open-database.ts';
import { toStrictJson } from './strict-json.ts';

/** What came of it, beside the model itself. */
export type FoldModelResult = Pick<ModelResult, 'numericsVersion' | 'engine' | 'engineVersion' | 'seconds'>;

export interface FoldModelRecord {
  id: string;
  repeat: number;
  fold: number;
  status: ModelState;
  reason: string | null;
}

export interface NewFoldModels {
  searchId: string;
  trial: number;
  datasetId: string;
  params: Hyperparameters;
  /** With an id for each that is not there yet. */
  folds: readonly { id: string; repeat: number; fold: number }[];
}

/** Queues the training of folds once more, of those that have none and of those that failed; tells the workers. */
export async function queueFoldModels(db: Database, models: NewFoldModels): Promise<void> {
  const { searchId, trial, datasetId, params, folds } = models;
  await db.pool.query(
    `DELETE FROM models WHERE search_id = $1 AND trial = $2 AND fold IS NOT NULL AND state = 'failed'`,
    [searchId, trial],
  );
  await db.pool.query(
    `WITH made AS (
       INSERT INTO models (id, search_id, trial, repeat, fold, dataset_id, description, training)
       SELECT f.id, $1, $2, f.repeat, f.fold, $3, $4, '{}'
       FROM unnest($5::text[], $6::smallint[], $7::smallint[]) AS f (id, repeat, fold)
       ON CONFLICT DO NOTHING RETURNING id
     ) SELECT pg_notify('holdfast_work', id) FROM made`,
    [
      searchId,
      trial,
      datasetId,
      toStrictJson({ params }, 'description'),
      folds.map(({ id }) => id),
      folds.map(({ repeat }) => repeat),
      folds.map(({ fold }) => fold),
    ],
  );
}

/** Those of a trial that were asked for, by repeat and fold. */
export async function listFoldModels(
  db: Database,
  search: string,
  trial: number,
): Promise<FoldModelRecord[]> {
  const { rows } = await db.pool.query<FoldModelRecord>(
    `SELECT id, repeat, fold, state AS status, reason FROM models
     WHERE search_id = $1 AND trial = $2 AND fold IS NOT NULL ORDER BY repeat, fold`,
    [search, trial],
  );
  return rows;
}
