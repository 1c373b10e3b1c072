import { decodeModel, digestModelBytes } from '@holdfast/core/training/encode-model';
import type { TrainedModel } from '@holdfast/core/training/trained-model';
import { findModel, loadModelBytes, type ModelRecord } from '@holdfast/db/models';
import type { Database } from '@holdfast/db/open-database';
import { LeastRecentlyUsed } from '../least-recently-used.ts';
import { ProblemError } from '../problem-error.ts';

export interface LoadedModel {
  record: ModelRecord;
  model: TrainedModel;
}

/** @throws ProblemError 404 where there is no such model, 409 where it is not trained (yet) */
export type LoadModel = (id: string) => Promise<LoadedModel>;

const keptBytes = 256 * 1024 * 1024;

export function modelNotFound(id: string): ProblemError {
  return new ProblemError('not-found', `There is no model ${JSON.stringify(id)}.`);
}

/** Models used last are kept decoded: trained ones never change. */
export function createModelLoader(database: Database): LoadModel {
  const known = new LeastRecentlyUsed<TrainedModel>(keptBytes);
  return async (id) => {
    const record = await findModel(database, id);
    if (record === null) throw modelNotFound(id);
    if (record.status !== 'completed') {
      const why = record.reason === null ? '' : `: ${record.reason}`;
      throw new ProblemError('model-not-ready', `The model is ${record.status}${why}.`);
    }
    const before = known.get(id);
    if (before) return { record, model: before };
    const bytes = await loadModelBytes(database, id);
    if (bytes === null) throw modelNotFound(id);
    if (digestModelBytes(bytes) !== record.digest) {
      throw new Error(`Model ${id}: the stored bytes are not those that were handed in.`);
    }
    const model = decodeModel(bytes);
    known.set(id, model, model.parameters.byteLength);
    return { record, model };
  };
}
