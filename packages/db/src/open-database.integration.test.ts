import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../test/database.ts';
import { isDatabaseUnreachable } from './database-unreachable.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './open-database.ts';
import { inTransaction } from './transaction.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

test('a database that is not there is an error that is known as such, whichever way it is asked', async () => {
  const nowhere = new URL(db.url);
  nowhere.port = '1';
  const lost = openDatabase({ url: nowhere.href, name: 'lost' });
  expect(isDatabaseUnreachable(await failureOf(lost.pool.query('SELECT 1')))).toBe(true);
  expect(isDatabaseUnreachable(await failureOf(lost.prisma.search.findFirst()))).toBe(true);
  expect(isDatabaseUnreachable(await failureOf(inTransaction(lost, async () => {})))).toBe(true);
  expect(isDatabaseUnreachable(await failureOf(migrate(nowhere.href)))).toBe(true);
  await lost.close();
});

test('connections that the server ends are replaced, idle ones and those in a transaction', async () => {
  const own = openDatabase({ url: db.url, name: 'ended', poolSize: 2 });
  const endAll = () =>
    db.pool.query(
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
       WHERE application_name = 'ended' AND datname = current_database()`,
    );
  await Promise.all([own.prisma.search.count(), own.prisma.search.count()]);
  const cut = await failureOf(
    inTransaction(own, async (client) => {
      await client.query(`INSERT INTO evaluator_keys (public_key) VALUES ('in a transaction that is cut')`);
      await endAll();
      await client.query('SELECT 1');
    }),
  );
  expect(isDatabaseUnreachable(cut)).toBe(true);
  expect(await own.prisma.evaluatorKey.count()).toBe(0);
  await own.close();
});

test('a transaction that fails keeps nothing and gives its connection back as it was', async () => {
  const own = openDatabase({ url: db.url, name: 'one', poolSize: 1 });
  const failed = inTransaction(own, async (client) => {
    await client.query(`INSERT INTO evaluator_keys (public_key) VALUES ('rolled back')`);
    throw new RangeError('no');
  });
  await expect(failed).rejects.toThrow(RangeError);
  expect(await own.prisma.evaluatorKey.count()).toBe(0);
  await own.close();
});

test('the name and the time limits reach the server', async () => {
  const { rows } = await db.pool.query(
    `SELECT current_setting('application_name') AS name, current_setting('statement_timeout') AS statement,
       current_setting('idle_in_transaction_session_timeout') AS idle`,
  );
  expect(rows).toEqual([{ name: 'db test', statement: '30s', idle: '30s' }]);
});
