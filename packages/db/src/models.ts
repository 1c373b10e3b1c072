import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Model } from '@holdfast/contracts/model';
import type { ResolvedSearchSpec } from '@holdfast/contracts/search-spec';
import type { ModelState } from '@holdfast/contracts/states';
import type { FinalModel } from './generated/client.ts';
import type { Database } from './open-database.ts';
import { after, cutPage } from './page-cursor.ts';
import { toStrictJson } from './strict-json.ts';

/** What a model is for and of, fixed when it is asked for: it stays when its search or its data go. */
export type ModelDescription = Pick<
  Model,
  'dataset' | 'task' | 'target' | 'classes' | 'features' | 'params' | 'weightCount' | 'validation' | 'rows'
>;

/** What its training depends on, beside the training rows and the hyperparameters. */
export type ModelTraining = Pick<ResolvedSearchSpec, 'seed' | 'earlyStopping' | 'refit'> & {
  /** Epochs trained by each of the trial's fold runs. */
  foldEpochs: number[];
};

/** What came of the training, beside the model itself. */
export interface ModelResult {
  kept: number;
  runs: Model['refit']['runs'];
  trainingLoss: NonNullable<Model['refit']['trainingLoss']>;
  epochs: number;
  numericsVersion: number;
  engine: string;
  engineVersion: string;
  seconds: number;
}

export interface ModelRecord {
  id: string;
  searchId: string;
  trial: number;
  datasetId: string;
  status: ModelState;
  reason: string | null;
  description: ModelDescription;
  training: ModelTraining;
  result: ModelResult | null;
  /** `sha256:…` of the model's bytes. */
  digest: string | null;
  revision: number;
  attempt: number;
  worker: string | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}

export type NewModel = Pick<
  ModelRecord,
  'id' | 'searchId' | 'trial' | 'datasetId' | 'description' | 'training'
>;

/** Queues a model, and tells the workers; gives back what is there where `id` was made before. */
export async function insertModel(db: Database, model: NewModel): Promise<ModelRecord> {
  await db.pool.query(
    `WITH made AS (
       INSERT INTO models (id, search_id, trial, dataset_id, description, training)
       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING RETURNING id
     ) SELECT pg_notify('holdfast_work', id) FROM made`,
    [
      model.id,
      model.searchId,
      model.trial,
      model.datasetId,
      toStrictJson(model.description, 'description'),
      toStrictJson(model.training, 'training'),
    ],
  );
  const record = await findModel(db, model.id);
  if (!record) throw new Error(`Model ${model.id} was deleted as soon as it was made.`);
  return record;
}

export async function findModel(db: Database, id: string): Promise<ModelRecord | null> {
  const row = await db.prisma.finalModel.findUnique({ where: { id, fold: null } });
  return row && toRecord(row);
}

/** Newest first. @throws InvalidCursorError */
export async function listModels(
  db: Database,
  filter: {
    limit: number;
    cursor?: string | null | undefined;
    search?: string | undefined;
    status?: ModelState | undefined;
  },
): Promise<{ items: ModelRecord[]; nextCursor: string | null }> {
  const found = await db.prisma.finalModel.findMany({
    where: {
      fold: null,
      ...after(filter.cursor),
      ...(filter.search === undefined ? {} : { searchId: filter.search }),
      ...(filter.status === undefined ? {} : { state: filter.status }),
    },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: filter.limit + 1,
  });
  const { rows, nextCursor } = cutPage(found, filter.limit);
  return { items: rows.map(toRecord), nextCursor };
}

/** In any state; a training under way ends, since its lease is gone. @returns whether it was there */
export async function deleteModel(db: Database, id: string): Promise<boolean> {
  const { rowCount } = await db.pool.query(
    `WITH gone AS (DELETE FROM models WHERE id = $1 AND fold IS NULL RETURNING id)
     SELECT pg_notify('holdfast_search', id) FROM gone`,
    [id],
  );
  return rowCount === 1;
}

/** @returns `null` where there is none (any more), or it is not trained */
export async function loadModelBytes(db: Database, id: string): Promise<Buffer | null> {
  const { rows } = await db.pool.query<{ bytes: Buffer }>(
    'SELECT bytes FROM model_chunks WHERE model_id = $1 ORDER BY number',
    [id],
  );
  return rows.length === 0 ? null : Buffer.concat(rows.map(({ bytes }) => bytes));
}

function toRecord(row: FinalModel): ModelRecord {
  return {
    id: row.id,
    searchId: row.searchId,
    trial: row.trial,
    datasetId: row.datasetId,
    status: row.state,
    reason: row.reason,
    description: row.description as unknown as ModelDescription & { params: Hyperparameters },
    training: row.training as unknown as ModelTraining,
    result: row.result as unknown as ModelResult | null,
    digest: row.digest,
    revision: row.revision,
    attempt: row.attempt,
    worker: row.worker,
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
  };
}
