import type { SearchSpecInput } from '@holdfast/contracts/search-spec';
import { wasmEngine } from '@holdfast/core/kernels/wasm';
import { foldRows } from '@holdfast/core/splits/fold-rows';
import { baselineSeed, trainBaselines } from '@holdfast/core/training/train-baselines';
import { trainFold } from '@holdfast/core/training/train-fold';
import { keepFoldBaselines } from '@holdfast/db/baselines';
import {
  acceptFoldResult,
  type Claim,
  claimFoldRuns,
  failFoldRun,
  loadCheckpoint,
  takeRunnable,
} from '@holdfast/db/fold-runs';
import { findSearch, listNested } from '@holdfast/db/searches';
import { loadTrial, loadTrialResults } from '@holdfast/db/trials';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { createStream } from '@holdfast/numeric/stream';
import { chooseTrial } from '@holdfast/search/nested/choose-trial';
import { type RunningWorker, startWorker } from '@holdfast/worker/start-worker';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ApiProcess } from './api-process.suite.ts';
import { DatasetCache } from './dataset-cache.ts';
import { createSearchAdvancer } from './jobs/advance-search.job.ts';
import { loadTrainingSet } from './load-training-set.ts';
import { SearchCache } from './search-cache.ts';
import { createTestDatabase, type TestDatabase } from './temporary-services.suite.ts';
import { insertSpiral, scoresOf, submitSpec, waitForSearch } from './worker.suite.ts';
import { WorkerProcesses } from './worker-processes.suite.ts';

const space = {
  hiddenLayers: [[4], [8]],
  learningRate: { min: 0.001, max: 0.3, scale: 'log' as const, points: 5 },
  epochs: 9,
};
const crossValidation = { kind: 'stratified' as const, folds: 3 };
const race = { kind: 'forgiving' as const, lag: 2 };
const searches: [string, Omit<SearchSpecInput, 'dataset'>][] = [
  ['grid with a race', { strategy: { kind: 'grid' }, race }],
  ['random', { strategy: { kind: 'random', trials: 8 } }],
  [
    'list',
    {
      space: { hiddenLayers: [[4]], epochs: 9 },
      strategy: { kind: 'list', trials: [0.003, 0.03, 0.3].map((learningRate) => ({ learningRate })) },
    },
  ],
  [
    'sobol with a target score',
    { strategy: { kind: 'sobol', trials: 30 }, limits: { targetScore: 0.4, targetLag: 3 } },
  ],
  ['tpe', { strategy: { kind: 'tpe', trials: 16, lag: 3, startupTrials: 5 } }],
  ['tpe with a race', { strategy: { kind: 'tpe', trials: 16, lag: 3, startupTrials: 5 }, race }],
  ['halving', { strategy: { kind: 'halving', trials: 12 } }],
  ['hyperband', { strategy: { kind: 'hyperband' } }],
  ['hyperband with a race', { strategy: { kind: 'hyperband' }, race }],
];

let database: TestDatabase;
let dataset: string;
let api: ApiProcess;
const workers: RunningWorker[] = [];
const processes = new WorkerProcesses();

beforeAll(async () => {
  database = await createTestDatabase();
  dataset = await insertSpiral(database.db);
  api = await ApiProcess.start(database.url);
}, 60_000);
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.close()));
  await processes.killAll();
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

async function startThreads(threads: number): Promise<RunningWorker> {
  const worker = await startWorker({
    databaseUrl: database.url,
    redisUrl: null,
    threads,
    // The processes take what is at hand: engines may be mixed.
    engine: 'wasm',
    name: 'test',
    logLevel: 'error',
  });
  workers.push(worker);
  return worker;
}

const startProcess = () => processes.start({ DATABASE_URL: database.url });

/** Trains a search by hand: claims in any order, hands in in another, loses checkpoints and claims now and then. */
async function trainShuffled(search: string, seed: number): Promise<void> {
  const { db } = database;
  const caches = {
    searches: new SearchCache(db),
    datasets: new DatasetCache({ load: (id) => loadTrainingSet(db, id), maxBytes: 1e9 }),
  };
  const log = pino({ level: 'silent' });
  // Two at a time, as two workers would.
  const advancers = [0, 1].map(() => createSearchAdvancer({ db, ...caches, log }));
  const plan = (await caches.searches.get(search))!;
  const data = await caches.datasets.of(plan);
  const stream = createStream(deriveSeed(seed), 'sampling');
  let next = 0;
  const pick = (count: number) => stream.word(next++) % count;
  const held: Claim[] = [];
  for (;;) {
    await Promise.all(advancers.map((advance) => advance()));
    const foldRuns = await takeRunnable(db, {
      limit: 1 + pick(20),
      searchIds: [search],
      republishAfterSeconds: 60,
    });
    held.push(...(await claimFoldRuns(db, { worker: 'hand', search, foldRuns, leaseSeconds: 600 })));
    if (held.length === 0) {
      const { status } = (await findSearch(db, search))!;
      if (status === 'completed') return;
      continue;
    }
    const [claim] = held.splice(pick(held.length), 1);
    const key = { worker: 'hand', search, ...claim! };
    if (pick(10) === 0) {
      await failFoldRun(db, { ...key, kind: 'infrastructure', reason: 'lost' });
      continue;
    }
    if (pick(3) === 0) await db.pool.query('DELETE FROM checkpoints WHERE search_id = $1', [search]);
    const { params, trial, repeat, fold, untilEpoch } = claim!;
    const rows = foldRows([plan.assignments[repeat]!], 0, fold);
    const outcome = trainFold({
      data,
      ...rows,
      params,
      earlyStopping: null,
      seed: deriveSeed(plan.seed, trial, repeat, fold),
      engine: wasmEngine,
      untilEpoch,
      checkpoint: claim!.rung === 0 ? null : await loadCheckpoint(db, key),
    });
    if (outcome.status !== 'completed') throw new Error(outcome.status);
    if (trial === 0 && claim!.rung === 0) {
      const baselines = trainBaselines({ data, ...rows, seed: baselineSeed(plan.seed, repeat, fold) });
      await keepFoldBaselines(db, { search, repeat, fold }, baselines!);
    }
    const now = new Date();
    const times = { seconds: 0.1, startedAt: now, finishedAt: now };
    const result = {
      ...outcome,
      ...times,
      seed: 'x',
      engine: 'wasm',
      engineVersion: '0',
      epochs: outcome.epochs.trained,
      rows: { training: 80, validation: 40 },
    };
    expect(await acceptFoldResult(db, { ...key, result })).toBe('accepted');
  }
}

describe.each(searches)('a search by %s', (_name, strategy) => {
  test('comes to the same on one thread, on two workers of which one is killed, and in any order of results', async () => {
    const { db } = database;
    const spec = { space, crossValidation, ...strategy };
    await startThreads(1);
    const alone = await submitSpec(db, dataset, spec);
    const first = await waitForSearch(db, alone, ({ status }) => status === 'completed');
    expect(first).toMatchObject({ repeatable: true, lateResults: 0, trialsToCome: 0 });
    const { kind } = strategy.strategy!;
    const prunes = strategy.race !== undefined || kind === 'halving' || kind === 'hyperband';
    expect(first.trials.pruned > 0).toBe(prunes);
    expect(first.folds.total).toBe(first.folds.completed);
    const expected = await scoresOf(db, alone);
    const digest = await api.boardDigest(alone);
    const { rows } = await db.pool.query(
      'SELECT count(*)::int AS count FROM checkpoints WHERE search_id = $1',
      [alone],
    );
    expect(rows).toEqual([{ count: 0 }]);
    await Promise.all(workers.splice(0).map((worker) => worker.close()));

    for (const seed of [1, 2]) {
      const shuffled = await submitSpec(db, dataset, spec);
      await trainShuffled(shuffled, seed);
      expect(await scoresOf(db, shuffled)).toEqual(expected);
      expect(await api.boardDigest(shuffled)).toBe(digest);
    }

    const [victim] = [await startProcess(), await startProcess()];
    const disturbed = await submitSpec(db, dataset, spec);
    await waitForSearch(db, disturbed, ({ revision }) => revision > first.revision / 4);
    victim.kill('SIGKILL');
    await waitForSearch(db, disturbed, ({ status }) => status === 'completed');
    expect(await scoresOf(db, disturbed)).toEqual(expected);
    expect(await api.boardDigest(disturbed)).toBe(digest);
  });
});

describe('nested cross-validation', () => {
  const nestedSpec = {
    space,
    crossValidation: { ...crossValidation, outer: { folds: 2 } },
    strategy: { kind: 'tpe' as const, trials: 8, lag: 2, startupTrials: 4 },
    race,
  };
  const partsOf = async (main: string) =>
    Promise.all(
      (await listNested(database.db, main)).map(async ({ id, nestedIn }) => ({
        outerFold: nestedIn!.outerFold,
        scores: await scoresOf(database.db, id),
      })),
    );
  const waitForParts = async (main: string) => {
    for (const { id } of await listNested(database.db, main))
      await waitForSearch(database.db, id, ({ status }) => status === 'completed');
  };

  test('scores the same trials to the same on one thread, on two workers of which one is killed, and in any order', async () => {
    const { db } = database;
    await startThreads(1);
    const alone = await submitSpec(db, dataset, nestedSpec);
    await waitForParts(alone);
    const expected = await partsOf(alone);
    expect(expected.map(({ outerFold }) => outerFold)).toEqual([0, 1, null]);
    for (const { nestedIn, spec, id } of await listNested(db, alone)) {
      const trials = await loadTrialResults(db, id);
      if (nestedIn!.outerFold !== null) {
        // Two thirds of the 60 rows that are outside of the outer fold.
        expect((await loadTrial(db, id, 0))!.folds[0]!.rows).toEqual({ training: 40, validation: 20 });
        continue;
      }
      expect(trials.map(({ status, folds }) => [status, folds.map(({ fold }) => fold)])).toEqual([
        ['completed', [0]],
        ['completed', [1]],
      ]);
      expect((await loadTrial(db, id, 1))!.folds[0]!.rows).toEqual({ training: 60, validation: 60 });
      for (const { trial, params } of trials) {
        const [inner] = (await listNested(db, alone)).slice(trial);
        expect(params).toEqual(chooseTrial(spec, await loadTrialResults(db, inner!.id))!.params);
      }
    }
    await Promise.all(workers.splice(0).map((worker) => worker.close()));

    const shuffled = await submitSpec(db, dataset, nestedSpec);
    for (const { id } of await listNested(db, shuffled)) await trainShuffled(id, 3);
    expect(await partsOf(shuffled)).toEqual(expected);

    const [victim] = [await startProcess(), await startProcess()];
    const disturbed = await submitSpec(db, dataset, nestedSpec);
    await waitForSearch(db, disturbed, ({ revision }) => revision > 8);
    victim.kill('SIGKILL');
    await waitForParts(disturbed);
    expect(await partsOf(disturbed)).toEqual(expected);
  });

  test('fails with the reason where an inner search chooses nothing', async () => {
    const { db } = database;
    await startThreads(2);
    const main = await submitSpec(db, dataset, {
      ...nestedSpec,
      // Too large for any float32: all trials diverge.
      space: { learningRate: 1e30, optimizer: 'sgd', hiddenLayers: [[8]], epochs: 3 },
      strategy: { kind: 'grid' },
      race: { kind: 'none' },
    });
    const evaluation = (await listNested(db, main)).at(-1)!;
    const ended = await waitForSearch(db, evaluation.id, ({ status }) => status === 'failed');
    expect(ended.reason).toBe(
      'The inner search of outer fold 0 chose no trial: none of its trials has a score.',
    );
  });
});

test('a search that cannot be decided for holds up no other', async () => {
  const { db } = database;
  const spec = {
    space,
    crossValidation,
    strategy: { kind: 'tpe' as const, trials: 4, lag: 0, startupTrials: 1 },
  };
  // They are looked at in the order of their ids.
  const [broken, whole] = [await submitSpec(db, dataset, spec), await submitSpec(db, dataset, spec)].sort();
  await db.pool.query(
    `UPDATE searches SET spec = jsonb_set(spec::jsonb, '{strategy,kind}', '"unheard of"') WHERE id = $1`,
    [broken],
  );
  await startThreads(1);
  await waitForSearch(db, whole!, ({ status }) => status === 'completed');
  expect(await findSearch(db, broken!)).toMatchObject({ status: 'running', trialsToCome: 3 });
});
