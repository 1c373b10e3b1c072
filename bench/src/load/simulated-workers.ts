import { randomBytes } from 'node:crypto';
import { resolvedSearchSpecSchema } from '@holdfast/contracts/search-spec';
import { insertDataset } from '@holdfast/db/datasets';
import {
  acceptFoldResults,
  claimFoldRuns,
  type FoldResultInput,
  renewLeases,
  takeRunnable,
} from '@holdfast/db/fold-runs';
import { migrate } from '@holdfast/db/migrate';
import { type Database, openDatabase } from '@holdfast/db/open-database';
import { packFoldResult } from '@holdfast/db/pack-fold-results';
import { insertSearch } from '@holdfast/db/searches';
import { registerWorker } from '@holdfast/db/workers';
import { startTemporaryPostgres } from '@holdfast/embedded-postgres/temporary-postgres';
import { processorSecondsOfChildren } from './processor-seconds.ts';

interface Case {
  workers: number;
  searches: number;
  /** Results that a worker hands in together, as it does where they come fast. */
  resultsAtOnce: number;
}

export interface OrchestrationFigures extends Case {
  foldRunsPerSecond: number;
  /** Processor time of Postgres for each fold run; that of this side is not in it. */
  postgresCpuMilliseconds: number;
  /** Milliseconds of one acceptance, mean, waiting for the search's row included. */
  acceptMilliseconds: number;
  /** Bytes that Postgres writes ahead for each fold run, and keeps on disk. */
  walBytes: number;
  storedBytes: number;
  /** By this side: takings, claims, renewals and acceptances. */
  statementsPerFoldRun: number;
}

const foldRunsPerJob = 32;
const folds = 5;
const rows = 600;

/** Workers that claim and report through the database as real ones do, and train nothing. */
export async function runSimulatedWorkers(
  cases: readonly Case[],
  foldRuns: number,
): Promise<OrchestrationFigures[]> {
  // Durable, as in earnest: a commit waits for the disk.
  const settings = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on', max_connections: '300' };
  const postgres = await startTemporaryPostgres({ settings });
  try {
    await migrate(postgres.url);
    const figures: OrchestrationFigures[] = [];
    for (const one of cases) {
      const db = openDatabase({ url: postgres.url, name: 'simulated workers', poolSize: one.workers });
      try {
        figures.push(await measure(db, postgres.pid, { ...one, foldRuns }));
      } finally {
        await db.close();
      }
    }
    return figures;
  } finally {
    await postgres.stop();
  }
}

async function measure(
  db: Database,
  postgres: number,
  { workers, searches, resultsAtOnce, foldRuns }: Case & { foldRuns: number },
): Promise<OrchestrationFigures> {
  const searchIds: string[] = [];
  for (let i = 0; i < searches; i++)
    searchIds.push(await makeSearch(db, Math.ceil(foldRuns / searches / folds)));
  const total = searches * Math.ceil(foldRuns / searches / folds) * folds;
  const before = await sizes(db);
  const cpuBefore = await processorSecondsOfChildren(postgres);
  const counts = { statements: 0, accepted: 0, acceptMs: 0 };
  const began = performance.now();
  await Promise.all(
    Array.from({ length: workers }, (_, i) =>
      work(db, `w_${i}`, searchIds, { counts, total, resultsAtOnce }),
    ),
  );
  const seconds = (performance.now() - began) / 1000;
  const after = await sizes(db);
  const cpu = (await processorSecondsOfChildren(postgres)) - cpuBefore;
  if (counts.accepted !== total) throw new Error(`${counts.accepted} results of ${total} were accepted.`);
  return {
    workers,
    searches,
    resultsAtOnce,
    foldRunsPerSecond: total / seconds,
    postgresCpuMilliseconds: (cpu / total) * 1000,
    acceptMilliseconds: counts.acceptMs / total,
    walBytes: (after.wal - before.wal) / total,
    storedBytes: (after.stored - before.stored) / total,
    statementsPerFoldRun: counts.statements / total,
  };
}

async function work(
  db: Database,
  worker: string,
  searchIds: string[],
  options: {
    counts: { statements: number; accepted: number; acceptMs: number };
    total: number;
    resultsAtOnce: number;
  },
): Promise<void> {
  const { counts, total, resultsAtOnce } = options;
  await registerWorker(db, {
    id: worker,
    host: 'simulated',
    threads: 1,
    version: '0',
    numericsVersion: 1,
    engine: 'none',
    startedAt: new Date(),
  });
  const result = makeResult();
  while (counts.accepted < total) {
    const taken = await takeRunnable(db, { limit: foldRunsPerJob, searchIds, republishAfterSeconds: 60 });
    counts.statements += 1;
    if (taken.length === 0) return;
    for (const search of new Set(taken.map((run) => run.search))) {
      const foldRuns = taken.filter((run) => run.search === search);
      const claims = await claimFoldRuns(db, { worker, search, foldRuns, leaseSeconds: 60 });
      await renewLeases(db, {
        worker,
        leaseSeconds: 60,
        claims: claims.map((claim) => ({ ...claim, search })),
      });
      counts.statements += 2;
      for (let from = 0; from < claims.length; from += resultsAtOnce) {
        const results = claims
          .slice(from, from + resultsAtOnce)
          .map((claim) => packFoldResult(claim, result));
        const began = performance.now();
        const outcomes = await acceptFoldResults(db, { worker, search, results });
        counts.acceptMs += performance.now() - began;
        counts.statements += 1;
        counts.accepted += outcomes.filter((outcome) => outcome === 'accepted').length;
      }
    }
  }
}

async function sizes({ pool }: Database): Promise<{ wal: number; stored: number }> {
  const { rows: found } = await pool.query<{ wal: number; stored: number }>(
    `SELECT (pg_current_wal_lsn() - '0/0'::pg_lsn)::float8 AS wal, pg_database_size(current_database())::float8 AS stored`,
  );
  return found[0]!;
}

async function makeSearch(db: Database, trials: number): Promise<string> {
  const id = (prefix: string) => `${prefix}_${randomBytes(10).toString('hex')}`;
  const dataset = id('ds');
  await insertDataset(db, {
    dataset: {
      id: dataset,
      name: dataset,
      digest: `sha256:${'0'.repeat(64)}`,
      task: 'classification',
      target: ['class'],
      features: [{ name: 'x', kind: 'number' }],
      classes: ['a', 'b', 'c'],
      rows: { train: rows, test: 0 },
      rowsPerClass: { a: rows / 3, b: rows / 3, c: rows / 3 },
      group: null,
      time: null,
      test: {
        locked: false,
        kind: 'none',
        commitment: null,
        protocol: 'reveal',
        revealBudget: 0,
        revealsUsed: 0,
      },
      leaks: { duplicatesAcrossSplit: 0, nearDuplicates: null, warnings: [] },
    },
    training: {
      rows,
      columns: 1,
      features: new Float64Array(rows),
      targets: new Int32Array(rows),
      groups: null,
      times: null,
    },
    sealed: null,
  });
  const foldRuns = Array.from({ length: folds }, (_, fold) => ({ repeat: 0, fold }));
  const search = id('se');
  await insertSearch(db, {
    id: search,
    name: search,
    tags: [],
    datasetId: dataset,
    spec: resolvedSearchSpecSchema.parse({
      dataset,
      space: {},
      strategy: { kind: 'grid' },
      crossValidation: { kind: 'stratified', folds, repeats: 1 },
      objective: { metric: 'accuracy' },
    }),
    numericsVersion: 1,
    testSeen: false,
    parent: null,
    trials: Array.from({ length: trials }, (_, number) => ({
      params: { ...params, learningRate: 1 / (number + 1) },
      weightCount: 100,
      cost: 1e6,
      foldRuns,
    })),
    assignments: [Uint16Array.from({ length: rows }, (_, row) => row % folds)],
    gap: 0,
  });
  return search;
}

const params = {
  hiddenLayers: [16],
  activation: 'relu' as const,
  optimizer: 'adam' as const,
  learningRate: 0.01,
  l1: 0,
  l2: 0,
  regularizeOutput: false,
  dropout: 0,
  scaler: 'minMax' as const,
  initializer: 'heNormal' as const,
  noise: 0,
  classWeights: 'none' as const,
  batchSize: 32,
  epochs: 100,
};

/** As long as that of 100 epochs and 120 validation rows of three classes. */
function makeResult(): FoldResultInput {
  const figures = { accuracy: 0.9731, loss: 0.1234567, balancedAccuracy: 0.97, f1: 0.97, auc: 0.99 };
  const curve = Array.from({ length: 100 }, (_, epoch) => Math.round(1e7 / (epoch + 1.5)) / 1e7);
  const now = new Date();
  return {
    reason: null,
    seed: '0123456789abcdef',
    engine: 'none',
    engineVersion: '0',
    validation: figures,
    training: figures,
    confusion: [
      [40, 0, 0],
      [0, 40, 0],
      [0, 0, 40],
    ],
    epochs: 100,
    rows: { training: 480, validation: 120 },
    seconds: 0.05,
    startedAt: now,
    finishedAt: now,
    curves: {
      epochs: curve.map((_, index) => index + 1),
      trainingLoss: curve,
      validationLoss: curve,
      trainingAccuracy: curve,
      validationAccuracy: curve,
      learningRate: curve,
    },
    predictions: new Float32Array(360),
  };
}
