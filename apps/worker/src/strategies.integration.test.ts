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
import { findSearch, listNested, type SearchRecord } from '@holdfast/db/searches';
import { loadTrial, loadTrialResults } from '@holdfast/db/trials';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { createStream } from '@holdfast/numeric/stream';
import { chooseTrial } from '@holdfast/search/nested/choose-trial';
import { type RunningWorker, startWorker } from '@holdfast/worker/start-worker';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
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
  api = await ApiProcess.start(database.apiUrl);
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
type WorkerProcess = Awaited<ReturnType<typeof startProcess>>;

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

const nestedSpec = {
  space,
  crossValidation: { ...crossValidation, outer: { folds: 2 } },
  strategy: { kind: 'tpe' as const, trials: 8, lag: 2, startupTrials: 4 },
  race,
};

async function partsOf(main: string) {
  const parts = await listNested(database.db, main);
  return Promise.all(
    parts.map(async ({ id, nestedIn }) => ({
      outerFold: nestedIn!.outerFold,
      scores: await scoresOf(database.db, id),
    })),
  );
}

async function waitForParts(main: string): Promise<void> {
  for (const { id } of await listNested(database.db, main))
    await waitForSearch(database.db, id, ({ status }) => status === 'completed');
}

describe('searches that decide as they go', () => {
  const specs = new Map(
    searches.map(([name, strategy]) => [name, { space, crossValidation, ...strategy }] as const),
  );
  /** As they come out on one thread. */
  const alone = new Map<string, SearchRecord>();
  let aloneNested: string;

  beforeAll(async () => {
    const { db } = database;
    await startThreads(1);
    for (const [name, spec] of specs) {
      const id = await submitSpec(db, dataset, spec);
      alone.set(name, await waitForSearch(db, id, ({ status }) => status === 'completed'));
    }
    aloneNested = await submitSpec(db, dataset, nestedSpec);
    await waitForParts(aloneNested);
    await Promise.all(workers.splice(0).map((worker) => worker.close()));
  }, 120_000);

  test.each(searches)('by %s: comes to the same in any order of results', async (name, strategy) => {
    const { db } = database;
    const first = alone.get(name)!;
    expect(first).toMatchObject({ repeatable: true, lateResults: 0, trialsToCome: 0 });
    const { kind } = strategy.strategy!;
    const prunes = strategy.race !== undefined || kind === 'halving' || kind === 'hyperband';
    expect(first.trials.pruned > 0).toBe(prunes);
    expect(first.folds.total).toBe(first.folds.completed);
    const { rows } = await db.pool.query(
      'SELECT count(*)::int AS count FROM checkpoints WHERE search_id = $1',
      [first.id],
    );
    expect(rows).toEqual([{ count: 0 }]);
    const expected = await scoresOf(db, first.id);
    const digest = await api.boardDigest(first.id);
    for (const seed of [1, 2]) {
      const shuffled = await submitSpec(db, dataset, specs.get(name)!);
      await trainShuffled(shuffled, seed);
      expect(await scoresOf(db, shuffled)).toEqual(expected);
      expect(await api.boardDigest(shuffled)).toBe(digest);
    }
  });

  test('with nested cross-validation: chooses and scores the same trials in any order', async () => {
    const { db } = database;
    const expected = await partsOf(aloneNested);
    expect(expected.map(({ outerFold }) => outerFold)).toEqual([0, 1, null]);
    for (const { nestedIn, spec, id } of await listNested(db, aloneNested)) {
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
        const [inner] = (await listNested(db, aloneNested)).slice(trial);
        expect(params).toEqual(chooseTrial(spec, await loadTrialResults(db, inner!.id))!.params);
      }
    }
    const shuffled = await submitSpec(db, dataset, nestedSpec);
    for (const { id } of await listNested(db, shuffled)) await trainShuffled(id, 3);
    expect(await partsOf(shuffled)).toEqual(expected);
  });

  // All at once: what a killed worker held is waited for once, and not by each of them.
  test('come to the same on two workers, of which one is killed in the middle of each', async () => {
    const { db } = database;
    const disturbed = new Map<string, string>();
    for (const [name, spec] of specs) disturbed.set(name, await submitSpec(db, dataset, spec));
    const nested = await submitSpec(db, dataset, nestedSpec);
    const inner = (await listNested(db, nested))[0]!.id;
    const whole = new Set([...disturbed.values(), inner]);

    const victimOf = async (running: WorkerProcess[]) => {
      const { rows } = await db.pool.query<{ search: string; worker: string | null; over: boolean }>(
        `SELECT s.id AS search, f.worker, s.status = 'completed' AS over FROM searches s
         LEFT JOIN fold_runs f ON f.search_id = s.id AND f.state = 'running'
         WHERE s.id = ANY ($1) AND 4 * s.folds_completed > s.folds_total`,
        [[...whole]],
      );
      for (const { search, over } of rows) if (over) whole.delete(search);
      const victim = running.find(({ workerId }) => rows.some(({ worker }) => worker === workerId));
      for (const { search, worker } of rows) if (worker === victim?.workerId) whole.delete(search);
      return victim;
    };
    let running = [await startProcess(), await startProcess()];
    while (whole.size > 0) {
      const victim = await vi.waitFor(
        async () => {
          const found = await victimOf(running);
          expect(found !== undefined || whole.size === 0).toBe(true);
          return found;
        },
        { timeout: 60_000, interval: 5 },
      );
      victim?.kill('SIGKILL');
      if (whole.size > 0) running = [...running.filter((one) => one !== victim), await startProcess()];
    }

    for (const [name, id] of disturbed) {
      await waitForSearch(db, id, ({ status }) => status === 'completed');
      const undisturbed = alone.get(name)!.id;
      expect(await scoresOf(db, id), name).toEqual(await scoresOf(db, undisturbed));
      expect(await api.boardDigest(id), name).toBe(await api.boardDigest(undisturbed));
    }
    await waitForParts(nested);
    expect(await partsOf(nested)).toEqual(await partsOf(aloneNested));
    const { rows } = await db.pool.query(
      `SELECT count(DISTINCT search_id)::int AS count FROM fold_runs
       WHERE search_id = ANY ($1) AND infrastructure_losses > 0`,
      [[...disturbed.values(), inner]],
    );
    expect(rows[0].count).toBeGreaterThan(0);
  });
});

describe('nested cross-validation', () => {
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
