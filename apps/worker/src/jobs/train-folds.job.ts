import type { TrainFoldsJob } from '@holdfast/contracts/jobs';
import { holdfastVersion, numericsVersion } from '@holdfast/contracts/versions';
import { baselineSeed } from '@holdfast/core/training/train-baselines';
import type { TrainingSet } from '@holdfast/core/training-set';
import { isDatabaseUnreachable } from '@holdfast/db/database-unreachable';
import { type Claim, claimFoldRuns, loadCheckpoint } from '@holdfast/db/fold-runs';
import type { Database } from '@holdfast/db/open-database';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import type { Span, Tracing } from '@holdfast/tracing/tracing';
import type { Logger } from 'pino';
import type { DatasetCache } from '../dataset-cache.ts';
import { estimateFoldRun } from '../estimate-fold-run.ts';
import { type HeldClaims, leaseSeconds } from '../held-claims.ts';
import type { ResultWriter } from '../result-writer.ts';
import { retry } from '../retry.ts';
import type { SearchCache, TrainingPlan } from '../search-cache.ts';
import type { TrainFoldTask } from '../threads/train-fold-task.ts';
import type { TrainingLoad } from '../training-load.ts';
import type { TrainingPool } from '../training-pool.ts';
import type { TrainingRate } from '../training-rate.ts';

export interface TrainFoldsDependencies {
  db: Database;
  worker: string;
  log: Logger;
  searches: SearchCache;
  datasets: DatasetCache;
  claims: HeldClaims;
  pool: TrainingPool;
  rate: TrainingRate;
  load: TrainingLoad;
  tracing: Tracing;
  results: ResultWriter;
  /** What the trainings of this process may take together, beside the data sets. */
  memoryBytes: number;
}

/**
 * The handler of a job: claims its fold runs, as far as they are still to be had, and trains them side by
 * side. Ends when all are trained; the results may still be on their way to the database.
 */
export function createTrainFoldsHandler(dependencies: TrainFoldsDependencies) {
  const { db, worker, log, searches, datasets, tracing } = dependencies;
  const otherVersions = new Set<string>();

  return async function handle(job: TrainFoldsJob, signal: AbortSignal): Promise<void> {
    const patiently = <T>(work: () => Promise<T>) => retry(work, { isOutage: isDatabaseUnreachable, signal });
    try {
      const plan = await patiently(() => searches.get(job.search));
      if (plan === null) return;
      if (plan.numericsVersion !== numericsVersion) {
        if (!otherVersions.has(plan.search)) {
          const versions = { search: plan.search, searchVersion: plan.numericsVersion, numericsVersion };
          if (plan.numericsVersion > numericsVersion) {
            log.warn(versions, 'the search is of a newer numerics version: left to workers that have it');
          } else {
            log.info(versions, 'the search is of an older numerics version: the service starts it again');
          }
        }
        otherVersions.add(plan.search);
        return;
      }
      const data = await patiently(() => datasets.of(plan));
      if (signal.aborted) return;
      const span = tracing.begin('train folds', {
        kind: 'consumer',
        parent: plan.traceParent,
        attributes: { 'holdfast.search': job.search, 'holdfast.worker': worker },
      });
      const claims = await patiently(() =>
        claimFoldRuns(db, { worker, search: job.search, foldRuns: job.foldRuns, leaseSeconds }),
      );
      await Promise.all(
        claims.map(async (claim) => {
          const run = { search: job.search, ...claim };
          // Without it the rung is trained from the start, to the same bits: not worth waiting for.
          const checkpoint = claim.rung === 0 ? null : await loadCheckpoint(db, run).catch(() => null);
          await trainOne(dependencies, plan, data, claim, checkpoint, span);
        }),
      );
      span.end({ 'holdfast.fold_runs': claims.length });
    } catch (error) {
      // What is still to be trained is published again.
      log.warn({ search: job.search, error: (error as Error).message }, 'a job was dropped');
    }
  };
}

async function trainOne(
  { log, claims, pool, rate, load, tracing, results, memoryBytes }: TrainFoldsDependencies,
  plan: TrainingPlan,
  data: TrainingSet,
  { params, trial, repeat, fold, attempt, untilEpoch, rung }: Claim,
  checkpoint: Uint8Array | null,
  job: Span,
): Promise<void> {
  const key = { search: plan.search, trial, repeat, fold, attempt };
  const assignment = plan.assignments[repeat]!;
  const cost = estimateFoldRun(data, assignment, fold, params, plan.earlyStopping !== null);
  const claim = claims.hold(key, rate.secondsOf(cost.multiplyAdds));
  const span = tracing.begin('fold run', {
    parent: job.traceparent,
    attributes: Object.fromEntries(Object.entries(key).map(([name, value]) => [`holdfast.${name}`, value])),
  });
  let failure: string | undefined;
  const written = () => {
    claims.release(claim);
    span.end({}, failure);
  };
  if (cost.bytes > memoryBytes) {
    const reason = `The training needs about ${gibibytes(cost.bytes)} GiB of memory, this worker may use ${gibibytes(memoryBytes)}.`;
    failure = reason;
    return results.fail(key, 'infrastructure', reason, written);
  }

  const seed = deriveSeed(plan.seed, trial, repeat, fold);
  const task: TrainFoldTask = {
    data,
    assignment,
    fold,
    gap: plan.gap,
    params,
    earlyStopping: plan.earlyStopping,
    untilEpoch,
    checkpoint,
    seed,
    // With the first trial, which is in every search and is stopped by no race.
    baselineSeed: trial === 0 && rung === 0 ? baselineSeed(plan.seed, repeat, fold) : null,
    bytes: cost.bytes,
    cancelled: claim.cancellation.flag,
  };
  const answer = await pool.train(task, claim.cancellation, () => {
    claim.startedAt = performance.now();
  });
  claim.trained = true;

  switch (answer.status) {
    case 'completed': {
      const { outcome, rows, engine, startedAt, finishedAt, seconds } = answer;
      load.trained(seconds);
      log.debug({ ...key, seconds }, 'a fold run is trained');
      if (outcome.epochs.trained === params.epochs && checkpoint === null)
        rate.observe(cost.multiplyAdds, seconds);
      const { reason, validation, training, confusion, curves, predictions, epochs } = outcome;
      return results.accept(
        key,
        {
          reason,
          seed,
          engine,
          engineVersion: holdfastVersion,
          validation,
          training,
          confusion,
          epochs: epochs.trained,
          rows,
          seconds,
          startedAt,
          finishedAt,
          curves,
          predictions,
          checkpoint: outcome.checkpoint,
        },
        { written, more: claims.isTraining(key.search), baselines: answer.baselines },
      );
    }
    case 'failed':
      failure = answer.reason;
      log.warn({ ...key, reason: answer.reason }, 'a training failed');
      return results.fail(key, 'trial', answer.reason, written);
    case 'died':
      failure = answer.reason;
      log.error({ ...key, reason: answer.reason }, 'a thread ended under its training');
      return results.fail(key, 'infrastructure', answer.reason, written);
    case 'cancelled':
      failure = claim.cancelledAs ?? 'cancelled';
      if (claim.cancelledAs === 'draining') results.giveBack(key);
      written();
  }
}

function gibibytes(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
