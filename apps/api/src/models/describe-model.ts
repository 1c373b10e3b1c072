import type { Model } from '@holdfast/contracts/model';
import { numericsVersion } from '@holdfast/contracts/versions';
import type { ModelRecord } from '@holdfast/db/models';

/** A model as it is answered. */
export function describeModel(record: ModelRecord): Model {
  const { description, training, result } = record;
  return {
    id: record.id,
    status: record.status,
    reason: record.reason,
    search: record.searchId,
    trial: record.trial,
    dataset: description.dataset,
    task: description.task,
    target: description.target,
    classes: description.classes,
    features: description.features,
    params: description.params,
    weightCount: description.weightCount,
    validation: description.validation,
    parametersDigest: record.digest,
    refit: {
      ...training.refit,
      kept: result?.kept ?? null,
      runs: result?.runs ?? [],
      trainingLoss: result?.trainingLoss ?? null,
    },
    epochs: {
      trained: result?.epochs ?? null,
      rule: training.earlyStopping === null ? 'asGiven' : 'meanOfFolds',
    },
    rows: description.rows,
    numericsVersion: result?.numericsVersion ?? numericsVersion,
    engine: result?.engine ?? null,
    engineVersion: result?.engineVersion ?? null,
    attempt: record.attempt,
    worker: record.worker,
    seconds: result?.seconds ?? null,
    createdAt: record.createdAt.toISOString(),
    startedAt: record.startedAt?.toISOString() ?? null,
    finishedAt: record.finishedAt?.toISOString() ?? null,
  };
}
