import type { TrainModelJob } from '@holdfast/contracts/jobs';
import { holdfastVersion, numericsVersion } from '@holdfast/contracts/versions';
import { countInputs } from '@holdfast/core/preprocessing/column-encoding';
import { estimateFoldCost } from '@holdfast/core/training/estimate-fold-cost';
import { DatasetMissingError } from '@holdfast/db/database-errors';
import { isDatabaseUnreachable } from '@holdfast/db/database-unreachable';
import {
  acceptModel,
  claimModel,
  failModel,
  giveBackModel,
  type ModelClaim,
  type ModelClaimKey,
  renewModelLease,
} from '@holdfast/db/model-training';
import type { Database } from '@holdfast/db/open-database';
import type { Logger } from 'pino';
import type { DatasetCache } from '../dataset-cache.ts';
import { leaseSeconds } from '../held-claims.ts';
import { retry } from '../retry.ts';
import type { SearchCache } from '../search-cache.ts';
import { type Cancellation, createCancellation, type TrainingPool } from '../training-pool.ts';
import { failureKinds } from './failure-kinds.ts';
import { trainFoldModel } from './train-fold-model.ts';

export interface TrainModelDependencies {
  db: Database;
  worker: string;
  log: Logger;
  searches: SearchCache;
  datasets: DatasetCache;
  pool: TrainingPool;
  /** What the trainings of this process may take together, beside the data sets. */
  memoryBytes: number;
}

const renewEveryMs = 1500;

/**
 * Trains final models, and folds once more whose models somebody wants to see: claims one, renews its lease while a thread trains it, hands it in. What is lost meanwhile (taken
 * over, deleted) is stopped; what is under way when the worker stops is given back.
 */
export function createTrainModelHandler(dependencies: TrainModelDependencies) {
  const { db, worker, log } = dependencies;
  const held = new Map<string, () => void>();

  async function handle({ model }: TrainModelJob, signal: AbortSignal): Promise<void> {
    try {
      const claim = await retry(() => claimModel(db, { id: model, worker, leaseSeconds }), {
        isOutage: isDatabaseUnreachable,
        signal,
      });
      if (claim !== null) await trainClaimed(dependencies, claim, held, signal);
    } catch (error) {
      // Its lease expires, and it is published again.
      log.warn({ model, error: (error as Error).message }, 'a job was dropped');
    }
  }

  return {
    handle,
    /** Something happened to a model: looks whether it is still to be trained here. */
    check: (id: string) => held.get(id)?.(),
  };
}

async function trainClaimed(
  dependencies: TrainModelDependencies,
  claim: ModelClaim,
  held: Map<string, () => void>,
  signal: AbortSignal,
): Promise<void> {
  const { db, worker, log } = dependencies;
  const key: ModelClaimKey = { id: claim.id, attempt: claim.attempt, worker };
  const cancellation = createCancellation();
  const stop = () => cancellation.cancel();
  let lost = false;
  const renew = async (): Promise<void> => {
    try {
      if (await renewModelLease(db, key, leaseSeconds)) return;
      lost = true;
      stop();
    } catch {
      // An outage: the lease may lapse, and then another has it.
    }
  };
  const renewal = setInterval(() => void renew(), renewEveryMs);
  held.set(claim.id, () => void renew());
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    const trainIt = claim.fold === null ? train : trainFoldModel;
    const end = await trainIt(dependencies, key, claim, cancellation, signal);
    if (end === 'cancelled') {
      if (!lost) await giveBackModel(db, key);
      return;
    }
    // Through an outage the model is kept, and tried again.
    const outcome = await retry(end, { isOutage: isDatabaseUnreachable, signal });
    log.info({ model: claim.id, attempt: claim.attempt, outcome }, 'a model was trained');
  } finally {
    clearInterval(renewal);
    held.delete(claim.id);
    signal.removeEventListener('abort', stop);
  }
}

/** What is to be written at the end. */
async function train(
  { db, datasets, pool, memoryBytes }: TrainModelDependencies,
  key: ModelClaimKey,
  { datasetId, trial, params, training }: ModelClaim,
  cancellation: Cancellation,
  signal: AbortSignal,
): Promise<'cancelled' | (() => Promise<string>)> {
  const fail = (kind: Parameters<typeof failModel>[2]['kind'], reason: string) => () =>
    failModel(db, key, { kind, reason });
  let data: Awaited<ReturnType<DatasetCache['get']>>;
  try {
    data = await retry(() => datasets.get(datasetId), { isOutage: isDatabaseUnreachable, signal });
  } catch (error) {
    if (error instanceof DatasetMissingError) return fail('training', error.message);
    throw error;
  }
  const { bytes } = estimateFoldCost({
    params,
    inputs: countInputs(data.columns, data.encodings),
    outputs: data.outputs,
    trainingRows: data.rows,
    validationRows: 0,
  });
  if (bytes > memoryBytes) {
    const [needed, allowed] = [bytes, memoryBytes].map((count) => (count / 2 ** 30).toFixed(1));
    return fail(
      'infrastructure',
      `The training needs about ${needed} GiB of memory, this worker may use ${allowed}.`,
    );
  }

  const { foldEpochs, ...spec } = training;
  const { flag: cancelled } = cancellation;
  const answer = await pool.refit({ data, trial, params, spec, foldEpochs, bytes, cancelled }, cancellation);
  if (answer.status === 'cancelled') return 'cancelled';
  if (answer.status !== 'completed') return fail(failureKinds[answer.status], answer.reason);
  const { kept, runs, trainingLoss, epochs, parametersDigest } = answer.refit;
  const result = {
    kept,
    runs,
    trainingLoss,
    epochs,
    numericsVersion,
    engine: answer.engine,
    engineVersion: holdfastVersion,
    seconds: answer.seconds,
  };
  return () => acceptModel(db, key, { result, digest: parametersDigest, bytes: answer.bytes });
}
