import type { Dataset } from '@holdfast/contracts/dataset';
import type { Search } from '@holdfast/contracts/search';
import { insertDataset } from '@holdfast/db/datasets';
import { acceptFoldResult, claimFoldRuns, failFoldRun } from '@holdfast/db/fold-runs';
import type { Part } from '@holdfast/db/logins';
import { type Database, openDatabase } from '@holdfast/db/open-database';
import { loadFoldAssignments } from '@holdfast/db/searches';
import { registerWorker } from '@holdfast/db/workers';
import { openQueues, type Queues } from '@holdfast/queue/open-queues';
import { migrateQueues } from '@holdfast/queue/queue-tables';
import { createTestDatabase } from '../../../packages/db/test/database.ts';
import { testLogins } from '../../../packages/db/test/logins.ts';
import { buildApp } from '../src/app.ts';
import type { App } from '../src/app-instance.ts';
import { randomId } from '../src/random-id.ts';
import { type CuttableProxy, startCuttableProxy } from './cuttable-proxy.ts';

export interface Service {
  app: App;
  /** The owner's: to do what workers do, and what nobody may. */
  database: Database;
  queues: Queues;
  /** Of the owner. */
  databaseUrl: string;
  /** Of each process. */
  logins: Record<Part, string>;
  /** Between the application and Postgres. */
  proxy: CuttableProxy;
  stop(): Promise<void>;
}

interface ServiceOptions {
  host?: string;
  keys?: string[];
  webFolder?: string;
  docsFolder?: string;
  mostStreams?: number;
}

/** The application, logged in as itself, on a database of its own, without a worker. */
export async function startService(options: ServiceOptions = {}): Promise<Service> {
  const testDatabase = await createTestDatabase();
  await migrateQueues(testDatabase.url);
  const proxy = await startCuttableProxy(testDatabase.url);
  const databaseUrl = proxy.url;
  const logins = testLogins(databaseUrl);
  const database = openDatabase({ url: databaseUrl, name: 'api-test owner' });
  const own = openDatabase({ url: logins.api, name: 'api-test' });
  const queues = await openQueues({ redisUrl: null, databaseUrl: logins.api });
  const app = await buildApp({
    database: own,
    queues,
    settings: { host: '127.0.0.1', keys: [], webFolder: '/nowhere', databaseUrl: logins.api, ...options },
  });
  await app.ready();
  return {
    app,
    database,
    queues,
    databaseUrl,
    logins,
    proxy,
    async stop() {
      await app.close();
      await queues.close();
      await own.close();
      await database.close();
      await proxy.close();
      await testDatabase.close();
    },
  };
}

const worker = 'w_test';

/** Two classes of `rowsPerClass` rows each, told apart by the first of two features. */
export async function addDataset(
  database: Database,
  name: string,
  rowsPerClass = 20,
  groups: Int32Array | null = null,
): Promise<Dataset> {
  const rows = rowsPerClass * 2;
  const dataset: Omit<Dataset, 'createdAt'> = {
    id: randomId('ds'),
    name,
    digest: `sha256:${'0'.repeat(64)}`,
    task: 'classification',
    target: ['kind'],
    features: [
      { name: 'x', kind: 'number' },
      { name: 'y', kind: 'number' },
    ],
    classes: ['left', 'right'],
    rows: { train: rows, test: 0 },
    rowsPerClass: { left: rowsPerClass, right: rowsPerClass },
    group: groups && 'herd',
    time: null,
    test: {
      locked: false,
      kind: 'none',
      commitment: null,
      protocol: 'reveal',
      revealBudget: 1,
      revealsUsed: 0,
    },
    leaks: { duplicatesAcrossSplit: 0, nearDuplicates: null, warnings: [] },
  };
  return insertDataset(database, {
    dataset,
    training: {
      rows,
      columns: 2,
      features: Float64Array.from({ length: rows * 2 }, (_, i) => (i % 2 === 0 && i >= rows ? 1 : -1)),
      targets: Int32Array.from({ length: rows }, (_, row) => (row < rowsPerClass ? 0 : 1)),
      groups,
      times: null,
    },
    sealed: null,
  });
}

export async function submit(app: App, spec: Record<string, unknown>): Promise<Search> {
  const answer = await app.inject({ method: 'POST', url: '/v1/searches', payload: spec });
  if (answer.statusCode !== 202) throw new Error(`${answer.statusCode}: ${answer.body}`);
  return answer.json();
}

export async function addWorker(database: Database): Promise<void> {
  await registerWorker(database, {
    id: worker,
    host: 'here',
    threads: 2,
    version: '0.1.0',
    numericsVersion: 1,
    engine: 'reference',
    startedAt: new Date(),
  });
}

interface FoldRun {
  search: string;
  trial: number;
  repeat?: number;
  fold: number;
}

/** Claims a fold run and hands in a result with this accuracy, as a worker would. */
export async function accept(
  database: Database,
  run: FoldRun,
  accuracy: number,
  rows = 8,
  predictions = Float32Array.from({ length: rows * 2 }, (_, i) => (i % 2 === 0 ? 0.75 : 0.25)),
): Promise<void> {
  const { search, trial, repeat = 0, fold } = run;
  const [claim] = await claimFoldRuns(database, {
    worker,
    search,
    foldRuns: [{ trial, repeat, fold }],
    leaseSeconds: 60,
  });
  if (!claim) throw new Error(`Trial ${trial}, repeat ${repeat}, fold ${fold} is not to be had.`);
  const now = new Date();
  const outcome = await acceptFoldResult(database, {
    worker,
    search,
    trial,
    repeat,
    fold,
    attempt: claim.attempt,
    result: {
      reason: null,
      seed: '0123456789abcdef',
      engine: 'reference',
      engineVersion: '0.1.0',
      validation: { accuracy, loss: 1 - accuracy, balancedAccuracy: accuracy, f1: accuracy, auc: accuracy },
      training: { accuracy: 1, loss: 0.01, balancedAccuracy: 1, f1: 1, auc: 1 },
      confusion: [
        [rows / 2, 0],
        [0, rows / 2],
      ],
      epochs: 5,
      rows: { training: 32, validation: rows },
      seconds: 0.25,
      startedAt: now,
      finishedAt: now,
      curves: {
        epochs: [1, 5],
        trainingLoss: [0.5, 0.01],
        validationLoss: [0.6, 0.1],
        trainingAccuracy: [0.5, 1],
        validationAccuracy: [0.5, accuracy],
        learningRate: [0.01, 0.01],
      },
      predictions,
    },
  });
  if (outcome !== 'accepted') throw new Error(`The result was ${outcome}.`);
}

/**
 * Accepts every fold of a trial on a data set of `addDataset`, right about the rows that `isRight` says.
 * @param order in which the folds come
 */
export async function acceptTrial(
  database: Database,
  run: { search: string; trial: number; repeat?: number },
  isRight: (row: number) => boolean,
  order: readonly number[] = [0, 1, 2, 3, 4],
): Promise<void> {
  const assignments = await loadFoldAssignments(database, run.search);
  const folds = assignments[run.repeat ?? 0]!;
  for (const fold of order) {
    const rows = [...folds.keys()].filter((row) => folds[row] === fold);
    // The second half of the rows is of the second class.
    const predictions = rows.flatMap((row) =>
      row < folds.length / 2 === isRight(row) ? [0.75, 0.25] : [0.25, 0.75],
    );
    const accuracy = rows.filter(isRight).length / rows.length;
    await accept(database, { ...run, fold }, accuracy, rows.length, Float32Array.from(predictions));
  }
}

/** Lets a trial fail by itself, retry included. */
export async function fail(database: Database, run: FoldRun, reason: string): Promise<void> {
  const { search, trial, repeat = 0, fold } = run;
  for (let attempt = 1; attempt <= 2; attempt++) {
    const [claim] = await claimFoldRuns(database, {
      worker,
      search,
      foldRuns: [{ trial, repeat, fold }],
      leaseSeconds: 60,
    });
    if (!claim) throw new Error('Not to be had.');
    await failFoldRun(database, {
      worker,
      search,
      trial,
      repeat,
      fold,
      attempt: claim.attempt,
      reason,
      kind: 'trial',
    });
  }
}

/** Accepts every fold of trials 0 … accuracies.length − 1, each with its accuracy. */
export async function complete(
  database: Database,
  search: string,
  accuracies: readonly number[],
  folds = 5,
): Promise<void> {
  for (const [trial, accuracy] of accuracies.entries()) {
    for (let fold = 0; fold < folds; fold++) await accept(database, { search, trial, fold }, accuracy);
  }
}
