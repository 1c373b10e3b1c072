import { holdfastVersion, numericsVersion } from '@holdfast/contracts/versions';
import { isDatabaseUnreachable } from '@holdfast/db/database-unreachable';
import { acceptModel, failModel, type ModelClaim, type ModelClaimKey } from '@holdfast/db/model-training';
import { loadPredictions } from '@holdfast/db/trials';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { estimateFoldRun } from '../estimate-fold-run.ts';
import { retry } from '../retry.ts';
import type { Cancellation } from '../training-pool.ts';
import { failureKinds } from './failure-kinds.ts';
import type { TrainModelDependencies } from './train-model.job.ts';

/**
 * Trains a fold once more for the parameters that its result does not keep. They are taken only where it predicts, bit for
 * bit, what was scored. @returns what is to be written at the end
 */
export async function trainFoldModel(
  { db, searches, datasets, pool, memoryBytes }: TrainModelDependencies,
  key: ModelClaimKey,
  { searchId, trial, params, fold: place }: ModelClaim,
  cancellation: Cancellation,
  signal: AbortSignal,
): Promise<'cancelled' | (() => Promise<string>)> {
  const fail = (kind: Parameters<typeof failModel>[2]['kind'], reason: string) => () =>
    failModel(db, key, { kind, reason });
  const patiently = <T>(work: () => Promise<T>) => retry(work, { isOutage: isDatabaseUnreachable, signal });
  const { repeat, fold } = place!;
  const plan = await patiently(() => searches.get(searchId));
  const assignment = plan?.assignments[repeat];
  // With its search the model has gone too.
  if (!plan || !assignment) return fail('training', 'The search is no longer there.');
  if (plan.numericsVersion !== numericsVersion) {
    return fail(
      'diverged',
      `The fold was trained with numerics version ${plan.numericsVersion}; this worker has ${numericsVersion}, and would train another model.`,
    );
  }
  const data = await patiently(() => datasets.of(plan));
  const cost = estimateFoldRun(data, assignment, fold, params, plan.earlyStopping !== null);
  if (cost.bytes > memoryBytes) {
    return fail('infrastructure', 'The training needs more memory than this worker may use.');
  }
  const answer = await pool.retrain(
    {
      data,
      assignment,
      fold,
      gap: plan.gap,
      params,
      earlyStopping: plan.earlyStopping,
      seed: deriveSeed(plan.seed, trial, repeat, fold),
      bytes: cost.bytes,
      cancelled: cancellation.flag,
    },
    cancellation,
  );
  if (answer.status === 'cancelled') return 'cancelled';
  if (answer.status !== 'completed') return fail(failureKinds[answer.status], answer.reason);
  const { bytes, digest, engine, seconds } = answer;
  const { items } = await patiently(() =>
    loadPredictions(db, searchId, trial, { limit: 1, cursor: `${repeat}.${fold}` }),
  );
  if (!sameBits(items[0]?.predictions, answer.predictions)) {
    return fail(
      'diverged',
      'Trained once more, the fold predicts otherwise than when it was scored: it was trained elsewhere, or by other rules.',
    );
  }
  const result = { numericsVersion, engine, engineVersion: holdfastVersion, seconds };
  return () => acceptModel(db, key, { result, digest, bytes });
}

function sameBits(one: Float32Array | null | undefined, other: Float32Array | null): boolean {
  if (!one || !other || one.length !== other.length) return false;
  return one.every((value, at) => Object.is(value, other[at]));
}
