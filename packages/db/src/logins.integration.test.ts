import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createDatabase,
  startTemporaryPostgres,
  type TemporaryPostgres,
} from '@holdfast/embedded-postgres/temporary-postgres';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MigrationError, NotMigratedError } from './database-errors.ts';
import { loginUrl, provideLogins } from './logins.ts';
import { migrate } from './migrate.ts';
import { migrationsFolder } from './pending-migrations.ts';

// A server of its own: roles belong to a server, and here there are none at first.
let server: TemporaryPostgres;
let ownerUrl: string;
/** Of the same database. */
let superuserUrl: string;

beforeAll(async () => {
  server = await startTemporaryPostgres();
  await query(server.url, `CREATE ROLE plain LOGIN PASSWORD 'plain'`);
  await query(server.url, 'CREATE DATABASE owned OWNER plain');
  const url = new URL(server.url);
  url.username = 'plain';
  url.password = 'plain';
  url.pathname = '/owned';
  ownerUrl = url.href;
  const mighty = new URL(server.url);
  mighty.pathname = '/owned';
  superuserUrl = mighty.href;
});
afterAll(() => server.stop());

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const failureOf = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => Promise.reject(new Error('It did not fail.')),
    (error: Error) => error,
  );

// The tests follow a set-up from its beginning.

it('an owner that may not create roles is told which ones are missing, and goes on once they are there', async () => {
  const failure = await failureOf(migrate(ownerUrl));
  expect(failure).toBeInstanceOf(MigrationError);
  expect(failure.message).toMatch(
    /the role holdfast_api is not there, and plain may not create roles\. Let an administrator.*CREATE ROLE holdfast_api; CREATE ROLE holdfast_worker; CREATE ROLE holdfast_evaluator;$/,
  );
  await query(
    server.url,
    'CREATE ROLE holdfast_api; CREATE ROLE holdfast_worker; CREATE ROLE holdfast_evaluator',
  );
  expect(await migrate(ownerUrl)).toEqual({ applied: [] });
  const refused = await failureOf(
    provideLogins(ownerUrl, { worker: loginUrl(ownerUrl, 'worker', 'secret') }),
  );
  expect(refused.message).toMatch(
    /The login holdfast_worker cannot be provided.*administrator.*ALTER ROLE "holdfast_worker" LOGIN PASSWORD '…';$/,
  );
  expect(refused.message).not.toContain('secret');
  // What the administrator has done is left as it is.
  await query(server.url, `ALTER ROLE holdfast_worker LOGIN PASSWORD 'secret'`);
  await provideLogins(ownerUrl, { worker: loginUrl(ownerUrl, 'worker', 'secret') });
});

it('logins get their passwords, by the name of their role or another, and the server never sees one', async () => {
  const other = new URL(loginUrl(ownerUrl, 'worker', 'p@ss/word %1'));
  other.username = 'the trainer';
  await provideLogins(superuserUrl, {
    api: loginUrl(ownerUrl, 'api', 'first'),
    worker: other.href,
    evaluator: loginUrl(ownerUrl, 'evaluator', 'third'),
  });
  expect(await query(other.href, 'SELECT current_user::text, count(*)::int FROM searches')).toEqual([
    { current_user: 'the trainer', count: 0 },
  ]);
  expect(await failureOf(query(other.href, 'TABLE sealed.test_chunks'))).toMatchObject({ code: '42501' });
  expect(await failureOf(query(other.href, 'SET ROLE holdfast_evaluator'))).toMatchObject({ code: '42501' });
  await provideLogins(superuserUrl, { api: loginUrl(ownerUrl, 'api', 'second') });
  expect(await failureOf(query(loginUrl(ownerUrl, 'api', 'first'), 'SELECT 1'))).toMatchObject({
    code: '28P01',
  });
  expect(await query(loginUrl(ownerUrl, 'api', 'second'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  const kept = await query(server.url, `SELECT rolpassword FROM pg_authid WHERE rolpassword LIKE '%second%'`);
  expect(kept).toEqual([]);
});

it.each([
  ['the owner', () => ownerUrl, /The worker must not log in as plain, who owns the database/],
  ['a superuser', () => server.url, /must not log in as holdfast, who owns the database/],
  [
    'the evaluator',
    () => loginUrl(ownerUrl, 'evaluator', 'third'),
    /The worker must not log in as holdfast_evaluator, who is holdfast_evaluator/,
  ],
  ['nobody', () => 'postgres://host/database', /must have a user and a password/],
])('refuses a worker that would log in as %s', async (_name, url, message) => {
  expect((await failureOf(provideLogins(superuserUrl, { worker: url() }))).message).toMatch(message);
});

it('a login that does not own the tables changes none, and is told what is missing', async () => {
  const apiUrl = loginUrl(ownerUrl, 'api', 'second');
  expect(await migrate(apiUrl)).toEqual({ applied: [] });
  await createDatabase(server.url, 'empty');
  const empty = new URL(apiUrl);
  empty.pathname = '/empty';
  const untouched = await failureOf(migrate(empty.href));
  expect(untouched).toBeInstanceOf(NotMigratedError);
  expect(untouched.message).toMatch(/no tables of Holdfast yet.*holdfast migrate/);
  expect(await query(empty.href, `SELECT to_regclass('_prisma_migrations') AS table`)).toEqual([
    { table: null },
  ]);

  // As an older version left it: without the last migration, and without any rights.
  const folder = await mkdtemp(join(tmpdir(), 'migrations-'));
  try {
    await cp(migrationsFolder, folder, { recursive: true });
    const last = (await readdir(folder))
      .filter((name) => /^\d+_/.test(name))
      .sort()
      .at(-1)!;
    await rm(join(folder, last), { recursive: true });
    const old = new URL(server.url);
    old.pathname = '/empty';
    await migrate(old.href, folder);
    expect((await failureOf(migrate(empty.href))).message).toMatch(
      /has no rights on the tables.*DATABASE_OWNER_URL/,
    );
    await query(old.href, 'GRANT SELECT ON _prisma_migrations TO holdfast_api');
    const waiting = await failureOf(migrate(empty.href));
    expect(waiting).toBeInstanceOf(NotMigratedError);
    expect(waiting.message).toContain(`without ${last}: run "holdfast migrate"`);
    // Once the owner has come, old rows are theirs too.
    await query(old.href, `INSERT INTO evaluator_keys (public_key) VALUES ('old')`);
    await migrate(old.href);
    expect(await migrate(empty.href)).toEqual({ applied: [] });
    expect(await query(empty.href, 'SELECT public_key FROM evaluator_keys')).toEqual([{ public_key: 'old' }]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('what was granted by hand goes with the next migration', async () => {
  await query(ownerUrl, 'GRANT SELECT ON sealed.test_chunks TO holdfast_worker, PUBLIC');
  await query(ownerUrl, 'GRANT USAGE ON SCHEMA sealed TO holdfast_worker, PUBLIC');
  const canRead = `SELECT has_table_privilege('holdfast_worker', 'sealed.test_chunks', 'SELECT') AS reads,
    has_schema_privilege('holdfast_worker', 'sealed', 'USAGE') AS enters`;
  expect(await query(ownerUrl, canRead)).toEqual([{ reads: true, enters: true }]);
  await migrate(ownerUrl);
  expect(await query(ownerUrl, canRead)).toEqual([{ reads: false, enters: false }]);
});
