import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../test/database.ts';
import { claimSome, createExampleSearch, exampleResult } from '../test/examples.ts';
import { isDatabaseUnreachable } from './database-unreachable.ts';
import { acceptFoldResult, giveBackFoldRuns, renewLeases } from './fold-runs.ts';
import { type Channel, listen } from './listen.ts';
import { cancelSearch } from './searches.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

async function record(channel: Channel) {
  const heard: string[] = [];
  let gaps = 0;
  const { close } = await listen(
    db.url,
    channel,
    (payload) => heard.push(payload),
    () => {
      gaps += 1;
    },
  );
  return {
    heard,
    gaps: () => gaps,
    close,
    /** What was heard until a message that is sent now. */
    async drain() {
      const mark = `mark ${Math.random()}`;
      await db.pool.query('SELECT pg_notify($1, $2)', [channel, mark]);
      await vi.waitFor(() => expect(heard).toContain(mark), { timeout: 10_000 });
      return heard.splice(0).slice(0, -1);
    },
  };
}

test('every statement that changes a search is heard, and what there is to publish', async () => {
  const changes = await record('holdfast_search');
  const work = await record('holdfast_work');
  const { id } = await createExampleSearch(db, { trials: 2, folds: 2 });
  expect(await changes.drain()).toEqual([id]);
  expect(await work.drain()).toEqual([id]);
  const claims = await claimSome(db, { search: id });
  expect(await changes.drain()).toEqual([id]);
  await renewLeases(db, { worker: 'w1', leaseSeconds: 60, claims });
  expect(await changes.drain()).toEqual([]);
  expect(await work.drain()).toEqual([]);
  await giveBackFoldRuns(db, { worker: 'w1', claims: [claims[3]!] });
  expect(await changes.drain()).toEqual([id]);
  expect(await work.drain()).toEqual([id]);
  await acceptFoldResult(db, { ...claims[0]!, worker: 'w1', result: exampleResult() });
  expect(await changes.drain()).toEqual([id]);
  await acceptFoldResult(db, { ...claims[0]!, worker: 'w1', result: exampleResult() });
  expect(await changes.drain()).toEqual([]);
  await cancelSearch(db, id);
  expect(await changes.drain()).toEqual([id]);
  expect(await work.drain()).toEqual([]);
  await changes.close();
  await work.close();
});

test('a connection that is ended is made anew, again and again, and the gap is told', async () => {
  const changes = await record('holdfast_search');
  for (let round = 1; round <= 3; round++) {
    const { rows } = await db.pool.query(
      `SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
       WHERE application_name = 'holdfast listen holdfast_search' AND datname = current_database()`,
    );
    expect(rows).toEqual([{ ended: true }]);
    await vi.waitFor(() => expect(changes.gaps()).toBe(round), { timeout: 10_000 });
    const { id } = await createExampleSearch(db);
    expect(await changes.drain()).toEqual([id]);
  }
  await changes.close();
  const { rows } = await db.pool.query(
    `SELECT FROM pg_stat_activity WHERE application_name LIKE 'holdfast listen%' AND datname = current_database()`,
  );
  expect(rows).toEqual([]);
});

test('what was never reached is an error, and known as such', async () => {
  const nowhere = new URL(db.url);
  nowhere.port = '1';
  const failure = await listen(
    nowhere.href,
    'holdfast_work',
    () => {},
    () => {},
  ).catch((error: unknown) => error);
  expect(isDatabaseUnreachable(failure)).toBe(true);
});
