import { findDataset } from '@holdfast/db/datasets';
import { listUndecided } from '@holdfast/db/decisions';
import { cancelSearch } from '@holdfast/db/searches';
import { loadTrial } from '@holdfast/db/trials';
import { listWorkers } from '@holdfast/db/workers';
import { startTemporaryRedis, type TemporaryRedis } from '@holdfast/queue/temporary-redis';
// The built one: its threads run built files.
import { type RunningWorker, startWorker } from '@holdfast/worker/start-worker';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from './temporary-services.suite.ts';
import {
  endlessTrial,
  gridOf,
  insertSpiral,
  scoresOf,
  submit,
  submitSpec,
  waitForSearch,
} from './worker.suite.ts';

const until = { timeout: 20_000, interval: 25 };

describe.each(['Postgres', 'Redis'] as const)('a worker with its queue on %s', (queue) => {
  let database: TestDatabase;
  let redis: TemporaryRedis | null = null;
  let dataset: string;
  const workers: RunningWorker[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    if (queue === 'Redis') redis = await startTemporaryRedis();
    dataset = await insertSpiral(database.db);
  }, 60_000);
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.close()));
  });
  afterAll(async () => {
    await redis?.kill();
    await database.drop();
  });

  async function start(threads = 2): Promise<RunningWorker> {
    const worker = await startWorker({
      databaseUrl: database.url,
      redisUrl: redis?.url ?? null,
      threads,
      engine: 'auto',
      name: 'test',
      logLevel: 'error',
    });
    workers.push(worker);
    return worker;
  }

  test('trains a search to its end', async () => {
    const { db } = database;
    const worker = await start();
    const search = await submit(db, dataset, gridOf(6));
    const ended = await waitForSearch(db, search, ({ status }) => status === 'completed');
    expect(ended.folds).toEqual({ total: 24, completed: 24 });
    expect(ended.lateResults).toBe(0);
    const trial = (await loadTrial(db, search, 5))!;
    expect(trial.status).toBe('completed');
    expect(trial.folds).toHaveLength(4);
    const engine = (await listWorkers(db))[0]?.engine;
    for (const fold of trial.folds) {
      expect(fold).toMatchObject({ state: 'completed', attempt: 1, worker: worker.id, engine });
      expect(fold.rows).toEqual({ training: 90, validation: 30 });
      expect(fold.seed).toMatch(/^[0-9a-f]{16}$/);
      expect(fold.validation?.accuracy).toBeGreaterThan(0);
      expect(fold.curves?.epochs).toEqual([1, 2, 3]);
    }
    const rowsOf = (await findDataset(db, dataset))!.rows.train;
    expect(trial.folds.reduce((sum, fold) => sum + fold.rows!.validation, 0)).toBe(rowsOf);
  });

  test('gives the same scores on one thread, on two, and on two workers', async () => {
    const { db } = database;
    const scores: unknown[] = [];
    for (const threads of [[1], [2], [1, 1]]) {
      const started = await Promise.all(threads.map((count) => start(count)));
      const search = await submit(db, dataset, gridOf(5, { dropout: 0.2 }));
      await waitForSearch(db, search, ({ status }) => status === 'completed');
      scores.push(await scoresOf(db, search));
      await Promise.all(started.map((worker) => worker.close()));
    }
    expect(scores[1]).toEqual(scores[0]);
    expect(scores[2]).toEqual(scores[0]);
  });

  test('stops the trainings of a cancelled search and goes on with the next', async () => {
    const { db } = database;
    await start();
    const search = await submit(db, dataset, gridOf(2, endlessTrial));
    await waitForSearch(db, search, ({ status }) => status === 'running');
    await cancelSearch(db, search);
    // With both threads still busy the next search would never end.
    const next = await submit(db, dataset, gridOf(2));
    await waitForSearch(db, next, ({ status }) => status === 'completed');
    const { rows } = await db.pool.query('SELECT count(*)::int AS count FROM fold_runs WHERE state = $1', [
      'running',
    ]);
    expect(rows[0].count).toBe(0);
  });

  test('gives back what it trains when it is closed, and another goes on', async () => {
    const { db } = database;
    const first = await start();
    const search = await submit(db, dataset, gridOf(1, endlessTrial));
    await vi.waitFor(async () => {
      const { rows } = await db.pool.query(
        'SELECT count(*)::int AS count FROM fold_runs WHERE search_id = $1 AND state = $2',
        [search, 'running'],
      );
      expect(rows[0].count).toBeGreaterThan(0);
    }, until);
    await first.close();
    const { rows } = await db.pool.query(
      'SELECT state, infrastructure_losses AS losses FROM fold_runs WHERE search_id = $1',
      [search],
    );
    expect(rows).toEqual(Array.from({ length: 4 }, () => ({ state: 'queued', losses: 0 })));
    expect((await listWorkers(db)).map(({ id }) => id)).not.toContain(first.id);
    const second = await start();
    await vi.waitFor(async () => {
      const trial = await loadTrial(db, search, 0);
      expect(trial?.folds.some((fold) => fold.state === 'running' && fold.worker === second.id)).toBe(true);
    }, until);
    await cancelSearch(db, search);
  });

  test('fails a trial whose training throws, and goes on with the others', async () => {
    const { db } = database;
    await start();
    // A list of two for one hidden layer: the plan of a search over HTTP would have refused it.
    const search = await submit(db, dataset, [
      {},
      { hiddenLayers: [8], dropout: { perLayer: [0.1, 0.1] } },
      {},
    ]);
    const ended = await waitForSearch(
      db,
      search,
      ({ status }) => status === 'completed' || status === 'failed',
    );
    expect(ended.trials).toMatchObject({ total: 3, completed: 2, failed: 1 });
    const trial = (await loadTrial(db, search, 1))!;
    expect(trial.status).toBe('failed');
    expect(trial.reason).toBeTruthy();
  });

  test('goes on while its connections are cut again and again', async () => {
    const { db } = database;
    const quiet = await scoresOf(db, await trainedBy(() => start()));
    const search = await submit(db, dataset, gridOf(20));
    await start();
    for (let cut = 0, completed = 0; cut < 4; cut += 1) {
      await db.pool.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name LIKE 'holdfast%' AND pid <> pg_backend_pid()`,
      );
      const before = completed;
      ({
        folds: { completed },
      } = await waitForSearch(
        db,
        search,
        ({ folds, status }) => status === 'completed' || folds.completed > before,
      ));
    }
    await waitForSearch(db, search, ({ status }) => status === 'completed');
    expect(await scoresOf(db, search)).toEqual(quiet);
  });

  async function trainedBy(startOne: () => Promise<RunningWorker>): Promise<string> {
    const search = await submit(database.db, dataset, gridOf(20));
    const worker = await startOne();
    await waitForSearch(database.db, search, ({ status }) => status === 'completed');
    await worker.close();
    return search;
  }

  test('leaves a search of another numerics version alone', async () => {
    const { db } = database;
    const adaptive = await submitSpec(db, dataset, { strategy: { kind: 'tpe', trials: 20 } });
    await db.pool.query('UPDATE searches SET numerics_version = 999 WHERE id = $1', [adaptive]);
    await start();
    const other = await submit(db, dataset, gridOf(2), { version: 999 });
    const own = await submit(db, dataset, gridOf(2));
    await waitForSearch(db, own, ({ status }) => status === 'completed');
    const search = await waitForSearch(db, other, () => true);
    expect(search.status).toBe('queued');
    // Nor is anything decided for it: its proposals could be others.
    expect(await listUndecided(db)).toEqual([adaptive]);
    await cancelSearch(db, other);
    await cancelSearch(db, adaptive);
  });

  test('is listed while it lives', async () => {
    const { db } = database;
    const worker = await start();
    expect(await listWorkers(db)).toMatchObject([{ id: worker.id, threads: 2 }]);
    await worker.close();
    expect(await listWorkers(db)).toEqual([]);
  });
});
