import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { hostname, totalmem } from 'node:os';
import type { ResourceLimits } from 'node:worker_threads';
import { holdfastVersion, numericsVersion } from '@holdfast/contracts/versions';
import { type Listening, listen } from '@holdfast/db/listen';
import { type Database, openDatabase } from '@holdfast/db/open-database';
import { checkMigrated } from '@holdfast/db/pending-migrations';
import { mayReachSealed } from '@holdfast/db/sealed-rights';
import { beat, registerWorker, removeWorker } from '@holdfast/db/workers';
import { openQueues, type Queues } from '@holdfast/queue/open-queues';
import { openTracing, type Tracing } from '@holdfast/tracing/tracing';
import { type Logger, pino } from 'pino';
import { chooseEngine } from './choose-engine.ts';
import { DatasetCache } from './dataset-cache.ts';
import { HeldClaims } from './held-claims.ts';
import { createSearchAdvancer } from './jobs/advance-search.job.ts';
import { createTrainFoldsHandler } from './jobs/train-folds.job.ts';
import { createTrainModelHandler } from './jobs/train-model.job.ts';
import { loadTrainingSet } from './load-training-set.ts';
import { publishRunnable } from './publish-runnable.ts';
import { ResultWriter } from './result-writer.ts';
import { SearchCache } from './search-cache.ts';
import type { WorkerSettings } from './settings.ts';
import { TrainingLoad } from './training-load.ts';
import { TrainingPool } from './training-pool.ts';
import { TrainingRate } from './training-rate.ts';

export interface RunningWorker {
  id: string;
  /**
   * Claims nothing more, lets what ends soon end and gives back the rest; ends within `deadlineMs` (10 s unless
   * given) also while Postgres or Redis is away. Then nothing of the worker runs.
   */
  close(deadlineMs?: number): Promise<void>;
}

export interface WorkerOptions {
  log?: Logger;
  /** Of each thread; see node:worker_threads. Typed arrays do not count. */
  resourceLimits?: ResourceLimits;
}

/** For all trainings together; data sets have a quarter beside it, and the system the rest. */
const trainingBytes = totalmem() / 2;

const beatEveryMs = 3000;
const closeMs = 10_000;
const longestGraceMs = 5000;

/**
 * Starts a worker in this process. Waits for nothing: where Postgres or the queue does not answer, or the tables
 * are not there, it throws.
 */
export async function startWorker(
  settings: WorkerSettings,
  options: WorkerOptions = {},
): Promise<RunningWorker> {
  const { threads, databaseUrl, redisUrl, aliveFile = null } = settings;
  const id = `${settings.name ?? hostname()}-${randomBytes(4).toString('hex')}`;
  const log = options.log ?? pino({ name: 'worker', level: settings.logLevel, base: { worker: id } });
  const { engine, registers, note } = chooseEngine(settings.engine);
  if (note !== null) log.info({ engine: engine.name }, note);
  const self = {
    id,
    host: hostname(),
    threads,
    version: holdfastVersion,
    numericsVersion,
    engine: engine.name,
    startedAt: new Date(),
  };

  const opened: { close(): Promise<void> }[] = [];
  const open = async <T extends { close(): Promise<void> }>(opening: Promise<T> | T): Promise<T> => {
    const part = await opening;
    opened.push(part);
    return part;
  };
  const closeOpened = () =>
    Promise.allSettled(
      opened
        .splice(0)
        .reverse()
        .map((part) => part.close()),
    );

  try {
    const db = await open(openDatabase({ url: databaseUrl, name: `holdfast worker ${id}`, poolSize: 6 }));
    await checkMigrated(db);
    if (await mayReachSealed(db))
      log.warn(
        'the login of DATABASE_URL may reach sealed test rows: give workers one of their own, docs/operations.md#database-logins',
      );
    await registerWorker(db, self);
    const queues = await open(openQueues({ redisUrl, databaseUrl, log }));
    const tracing = await open(openTracing(process.env, 'holdfast-worker'));
    const load = new TrainingLoad();
    const pool = await open(
      new TrainingPool({
        threads,
        engine: engine.name,
        memoryBytes: trainingBytes,
        ...(options.resourceLimits && { resourceLimits: options.resourceLimits }),
        onError: (error) => log.error({ error: error.message }, 'an idle thread ended; it is replaced'),
        onRunning: (running) => load.running(running),
      }),
    );
    return await run({
      db,
      queues,
      pool,
      load,
      tracing,
      log,
      self,
      registers,
      databaseUrl,
      aliveFile,
      open,
      closeOpened,
    });
  } catch (error) {
    await closeOpened();
    throw error;
  }
}

async function run(parts: {
  db: Database;
  queues: Queues;
  pool: TrainingPool;
  load: TrainingLoad;
  tracing: Tracing;
  log: Logger;
  self: Parameters<typeof registerWorker>[1];
  registers: string | null;
  databaseUrl: string;
  aliveFile: string | null;
  open: (opening: Promise<Listening>) => Promise<Listening>;
  closeOpened: () => Promise<unknown>;
}): Promise<RunningWorker> {
  const { db, queues, pool, load, tracing, log, self, databaseUrl, aliveFile } = parts;
  const { id, threads } = self;
  const rate = new TrainingRate();
  const claims = new HeldClaims({ db, worker: id, log });
  const results = new ResultWriter({ db, worker: id, log, maxPending: 256 });
  const searches = new SearchCache(db);
  const datasets = new DatasetCache({
    load: (dataset) => loadTrainingSet(db, dataset),
    maxBytes: totalmem() / 4,
  });
  const advance = createSearchAdvancer({ db, searches, datasets, log });
  const publisher = publishRunnable({ db, queues, rate, threads, advance, log });
  const trainFolds = createTrainFoldsHandler({
    db,
    worker: id,
    log,
    searches,
    datasets,
    claims,
    pool,
    rate,
    load,
    tracing,
    results,
    memoryBytes: trainingBytes,
  });
  const models = createTrainModelHandler({
    db,
    worker: id,
    log,
    searches,
    datasets,
    pool,
    memoryBytes: trainingBytes,
  });

  await parts.open(listen(databaseUrl, 'holdfast_work', publisher.nudge, publisher.nudge));
  await parts.open(
    listen(
      databaseUrl,
      'holdfast_search',
      (id) => {
        claims.check(id);
        models.check(id);
      },
      () => {},
    ),
  );
  const consumption = queues.trainFolds.work({
    // One job for each thread: a long fold run that no thread is free for is left to other workers.
    concurrency: threads,
    handler: async (job, signal) => {
      if ('model' in job) await models.handle(job, signal);
      else await trainFolds(job, signal);
      publisher.nudge();
    },
  });

  const heart = setInterval(() => void showLife(), beatEveryMs);
  touch();

  /** Also while the database is away: then this process is well, and waits. */
  function touch(): void {
    if (aliveFile === null) return;
    writeFile(aliveFile, '').catch((error: Error) => log.warn({ error: error.message }, 'no sign of life'));
  }

  async function showLife(): Promise<void> {
    touch();
    try {
      if (!(await beat(db, id, { runningFolds: pool.running, load: load.now() })))
        await registerWorker(db, self);
    } catch (error) {
      log.debug({ error: (error as Error).message }, 'no heartbeat');
    }
  }

  const { registers } = parts;
  log.info(
    { threads, host: self.host, engine: self.engine, registers, numericsVersion },
    'the worker is ready',
  );

  async function drain(deadlineMs: number): Promise<void> {
    log.info({ claimed: claims.size, training: claims.training }, 'the worker drains');
    clearInterval(heart);
    claims.drain(Math.min(longestGraceMs, deadlineMs / 2));
    await Promise.all([publisher.stop(), consumption.pause()]);
    await consumption.close(deadlineMs);
    await results.settle();
    await removeWorker(db, id);
  }

  let closing: Promise<void> | null = null;
  async function close(deadlineMs: number): Promise<void> {
    const orderly = await within(
      deadlineMs - deadlineMs / 5,
      drain(deadlineMs * 0.7).then(
        () => true,
        (error: Error) => {
          log.warn({ error: error.message }, 'the worker could not sign off; its leases will expire');
          return true;
        },
      ),
    );
    if (orderly === undefined) log.warn('the worker could not give back all; its leases will expire');
    claims.stop();
    results.stop();
    await within(deadlineMs / 5, parts.closeOpened());
    log.info({ ...results.counts, lost: claims.lost }, 'the worker has ended');
  }
  return {
    id,
    close: (deadlineMs = closeMs) => {
      closing ??= close(deadlineMs);
      return closing;
    },
  };
}

/** `undefined` where it takes longer. */
async function within<T>(milliseconds: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
