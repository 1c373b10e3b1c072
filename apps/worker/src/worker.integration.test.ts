import { once } from 'node:events';
import { cancelSearch } from '@holdfast/db/searches';
import { listWorkers } from '@holdfast/db/workers';
import { startTemporaryRedis } from '@holdfast/queue/temporary-redis';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from './temporary-services.suite.ts';
import { endlessTrial, gridOf, insertSpiral, scoresOf, submit, waitForSearch } from './worker.suite.ts';
import { WorkerProcesses } from './worker-processes.suite.ts';

const until = { timeout: 30_000, interval: 25 };

let database: TestDatabase;
let dataset: string;
const processes = new WorkerProcesses();

beforeAll(async () => {
  database = await createTestDatabase();
  dataset = await insertSpiral(database.db);
}, 60_000);
afterEach(() => processes.killAll());
afterAll(() => database.drop());

const startProcess = (environment: Record<string, string> = {}) =>
  processes.start({ DATABASE_URL: database.url, ...environment });

async function countRunning(search: string): Promise<number> {
  const { rows } = await database.db.pool.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM fold_runs WHERE search_id = $1 AND state = 'running'`,
    [search],
  );
  return rows[0]!.count;
}

test('a search goes on with the same scores when one of two workers is killed in the middle', async () => {
  const { db } = database;
  await startProcess();
  const trials = gridOf(60, { epochs: 40 });
  const quiet = await submit(db, dataset, trials);
  await waitForSearch(db, quiet, ({ status }) => status === 'completed');

  const victim = await startProcess();
  const search = await submit(db, dataset, trials);
  await vi.waitFor(async () => {
    const { rows } = await db.pool.query(
      `SELECT count(*)::int AS count FROM fold_runs WHERE search_id = $1 AND worker = $2 AND state = 'running'`,
      [search, victim.workerId],
    );
    expect(rows[0].count).toBeGreaterThan(0);
  }, until);
  victim.kill('SIGKILL');
  const ended = await waitForSearch(db, search, ({ status }) => status === 'completed');
  expect(ended.folds).toEqual({ total: 240, completed: 240 });
  expect(ended.trials).toMatchObject({ completed: 60, failed: 0 });
  expect(await scoresOf(db, search)).toEqual(await scoresOf(db, quiet));
  const { rows } = await db.pool.query(
    `SELECT max(attempt) AS attempts, max(infrastructure_losses) AS losses FROM fold_runs WHERE search_id = $1`,
    [search],
  );
  expect(rows[0]).toEqual({ attempts: 2, losses: 1 });
});

test.each(['SIGTERM', 'SIGINT', 'disconnect'] as const)(
  '%s: gives back what it trains, and ends',
  async (how) => {
    const { db } = database;
    const worker = await startProcess();
    const search = await submit(db, dataset, gridOf(1, endlessTrial));
    await vi.waitFor(async () => expect(await countRunning(search)).toBe(2), until);
    const exit = once(worker, 'exit');
    if (how === 'disconnect') worker.disconnect();
    else worker.kill(how);
    expect(await exit).toEqual([0, null]);
    const { rows } = await db.pool.query(
      'SELECT DISTINCT state, infrastructure_losses AS losses FROM fold_runs WHERE search_id = $1',
      [search],
    );
    expect(rows).toEqual([{ state: 'queued', losses: 0 }]);
    expect((await listWorkers(db)).map(({ id }) => id)).not.toContain(worker.workerId);
    expect(worker.output()).toBe('');
    await cancelSearch(db, search);
  },
);

test('SIGTERM ends it in time while Redis is gone', async () => {
  const { db } = database;
  const redis = await startTemporaryRedis();
  const worker = await startProcess({ REDIS_URL: redis.url });
  const search = await submit(db, dataset, gridOf(1, endlessTrial));
  await vi.waitFor(async () => expect(await countRunning(search)).toBe(2), until);
  await redis.kill();
  const exit = once(worker, 'exit');
  worker.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
  expect(await countRunning(search)).toBe(0);
  await cancelSearch(db, search);
});

test('--help tells the settings and needs none', async () => {
  const child = processes.run({ DATABASE_URL: '' }, ['--help']);
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(child.output()).toMatch(/DATABASE_URL.*required/);
});

test('wrong settings end it with one clear message', async () => {
  const child = processes.run({ DATABASE_URL: '', HOLDFAST_THREADS: 'many' });
  expect(await once(child, 'exit')).toEqual([1, null]);
  expect(child.output()).toBe(
    'These settings are wrong:\n  DATABASE_URL is required\n  HOLDFAST_THREADS must be a whole number from 1 to 9999\n',
  );
});

test('waits for a database without tables, and says so', async () => {
  const empty = new URL(database.url);
  empty.pathname = '/postgres';
  const child = processes.run({ DATABASE_URL: empty.href });
  await vi.waitFor(() => expect(child.output()).toMatch(/no tables of Holdfast yet.*Waiting/), until);
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
});
