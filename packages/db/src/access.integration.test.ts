import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../test/database.ts';
import { parts } from './logins.ts';
import { openDatabase } from './open-database.ts';
import { mayReachSealed } from './sealed-rights.ts';
import { insertSealedTest } from './sealed-tests.ts';

let database: TestDatabase;
const clients: Record<string, pg.Client> = {};
const secret = Buffer.from('the sealed rows');

beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(
    `INSERT INTO datasets (id, name, digest, task, target, features, classes, train_rows, test_rows, rows_per_class,
       test_locked, test_kind, reveal_budget, reveals_used, leaks)
     VALUES ('ds_1', 'one', '', 'classification', '{y}', '[]', '{}', 1, 1, '{}', true, 'random', 1, 0, '{}')`,
  );
  for (const part of parts) {
    clients[part] = new pg.Client({ connectionString: database.logins[part] });
    await clients[part].connect();
  }
  await insertSealedTest(clients['api']!, 'ds_1', secret);
});
afterAll(async () => {
  for (const part of parts) await clients[part]?.end();
  await database.close();
});

/** The SQLSTATE with which a statement, or the last of several, is refused; whatever it did is undone. */
async function refusal(part: string, sql: string): Promise<string | null> {
  const client = clients[part]!;
  await client.query('BEGIN');
  try {
    const answer = await client.query(sql);
    return `not refused: ${JSON.stringify([answer].flat().at(-1)?.rows)}`;
  } catch (error) {
    return (error as pg.DatabaseError).code ?? null;
  } finally {
    await client.query('ROLLBACK');
  }
}

const waysToABox = [
  'SELECT * FROM sealed.test_chunks',
  'SELECT count(*) FROM sealed.test_chunks',
  `SELECT 'sealed.test_chunks'::regclass`,
  'TABLE sealed.row_hashes',
  'TABLE sealed.hash_key',
  'TABLE locked.reveals',
  'TABLE locked.pools',
  'TABLE locked.ledger',
  'COPY sealed.test_chunks TO STDOUT',
  'COPY (SELECT bytes FROM sealed.test_chunks) TO STDOUT',
  `COPY (SELECT 1) TO PROGRAM 'true'`,
  `COPY datasets TO '/tmp/copy'`,
  'SET ROLE holdfast_evaluator',
  'SET ROLE holdfast_api',
  'SET ROLE holdfast',
  'SET SESSION AUTHORIZATION holdfast_evaluator',
  'CREATE TEMP VIEW v AS SELECT * FROM sealed.test_chunks',
  'CREATE TEMP TABLE t AS SELECT * FROM sealed.test_chunks',
  'CREATE TEMP TABLE t (LIKE sealed.test_chunks)',
  'CREATE TEMP TABLE t (d text, n integer, FOREIGN KEY (d, n) REFERENCES sealed.test_chunks)',
  `CREATE FUNCTION pg_temp.f() RETURNS bytea LANGUAGE sql AS 'SELECT bytes FROM sealed.test_chunks'`,
  `CREATE FUNCTION pg_temp.f() RETURNS bytea LANGUAGE plpgsql SECURITY DEFINER AS
     $f$ BEGIN RETURN (SELECT bytes FROM sealed.test_chunks); END $f$; SELECT pg_temp.f()`,
  `CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'`,
  'CREATE VIEW v AS SELECT 1',
  'CREATE TABLE t ()',
  'CREATE SCHEMA mine',
  'DO $d$ BEGIN PERFORM bytes FROM sealed.test_chunks; END $d$',
  `SELECT query_to_xml('SELECT * FROM sealed.test_chunks', true, true, '')`,
  `SELECT table_to_xml('sealed.test_chunks', true, true, '')`,
  `SELECT pg_relation_filepath('sealed.test_chunks')`,
  `SELECT pg_read_binary_file('global/pg_control')`,
  `SELECT pg_ls_dir('base')`,
  `SELECT lo_import('/etc/passwd')`,
  'EXPLAIN ANALYZE SELECT * FROM sealed.test_chunks',
  'PREPARE p AS SELECT * FROM sealed.test_chunks',
  'DECLARE c CURSOR FOR SELECT * FROM sealed.test_chunks',
  'LOCK TABLE sealed.test_chunks',
  'DELETE FROM sealed.test_chunks',
  `INSERT INTO sealed.test_chunks VALUES ('ds_1', 7, '')`,
  'GRANT SELECT ON sealed.test_chunks TO holdfast_worker',
  'GRANT holdfast_evaluator TO holdfast_worker',
  'ALTER TABLE sealed.test_chunks SET SCHEMA public',
  'ALTER ROLE holdfast_worker SUPERUSER',
  `ALTER ROLE holdfast_evaluator PASSWORD 'mine'`,
  'CREATE TRIGGER t AFTER INSERT ON trials EXECUTE FUNCTION refuse_orphan_fold_runs()',
  'CREATE EXTENSION dblink',
  `CREATE SUBSCRIPTION s CONNECTION 'host=/tmp' PUBLICATION p WITH (connect = false)`,
  `SELECT * FROM pg_create_logical_replication_slot('s', 'test_decoding')`,
  'SELECT rolpassword FROM pg_authid',
];

describe('a worker', () => {
  it.each(waysToABox)('is refused %s', async (sql) => {
    expect(await refusal('worker', sql)).toBe('42501');
  });

  it('finds nothing of the sealed schema by its search path, its statistics or its size', async () => {
    // What a login may not enter is not looked in: the table is not there, rather than refused.
    expect(await refusal('worker', 'SET LOCAL search_path = sealed, locked; TABLE test_chunks')).toBe(
      '42P01',
    );
    expect(await refusal('worker', `SELECT pg_total_relation_size('sealed.test_chunks')`)).toBe('42501');
    const { rows } = await clients['worker']!.query(
      `SELECT tablename FROM pg_stats WHERE schemaname IN ('sealed', 'locked')
       UNION SELECT table_name FROM information_schema.tables WHERE table_schema IN ('sealed', 'locked')
       UNION SELECT table_name FROM information_schema.views WHERE table_schema NOT IN ('pg_catalog', 'information_schema')`,
    );
    expect(rows).toEqual([]);
  });

  it('knows whether its login is one of its own', async () => {
    const own = openDatabase({ url: database.logins.worker, name: 'access test' });
    expect(await mayReachSealed(own)).toBe(false);
    await own.close();
    expect(await mayReachSealed(database)).toBe(true);
  });

  it('has no right of any kind on anything sealed or locked, of whatever the migrations made', async () => {
    const { rows } = await database.pool.query<{ name: string }>(
      `SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname IN ('sealed', 'locked') AND c.relkind IN ('r', 'v', 'm', 'p') AND (
         has_table_privilege('holdfast_worker', c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
         OR has_any_column_privilege('holdfast_worker', c.oid, 'SELECT, INSERT, UPDATE, REFERENCES'))
       UNION ALL SELECT nspname FROM pg_namespace WHERE nspname IN ('sealed', 'locked')
         AND has_schema_privilege('holdfast_worker', oid, 'USAGE, CREATE')`,
    );
    expect(rows).toEqual([]);
  });

  it('reads of a data set what training rows are read by, and changes of a search no order', async () => {
    const { rows } = await database.pool.query<{ columns: string[] }>(
      `SELECT array_agg(attname::text ORDER BY attname) AS columns FROM pg_attribute
       WHERE attrelid = 'datasets'::regclass AND attnum > 0 AND NOT attisdropped
         AND has_column_privilege('holdfast_worker', attrelid, attnum, 'SELECT, INSERT, UPDATE')`,
    );
    expect(rows[0]!.columns).toEqual([
      'classes',
      'features',
      'group',
      'id',
      'target',
      'task',
      'time',
      'train_rows',
    ]);
    for (const sql of [
      'SELECT commitment FROM datasets',
      'SELECT leaks FROM datasets',
      `UPDATE searches SET spec = '{}'`,
      'UPDATE searches SET test_seen = false',
      'DELETE FROM searches',
      'DELETE FROM fold_results',
      `UPDATE fold_results SET reason = ''`,
      'TABLE api_keys',
      'TABLE idempotency_keys',
      'TABLE evaluator_keys',
    ]) {
      expect(await refusal('worker', sql), sql).toBe('42501');
    }
  });
});

describe('the API', () => {
  it('puts boxes away and reads none', async () => {
    expect(await refusal('api', `INSERT INTO sealed.test_chunks VALUES ('ds_1', 1, '')`)).toMatch(
      /not refused/,
    );
    for (const sql of [
      'SELECT bytes FROM sealed.test_chunks',
      'SELECT count(*) FROM sealed.test_chunks',
      'COPY sealed.test_chunks TO STDOUT',
      `INSERT INTO sealed.test_chunks VALUES ('ds_1', 1, '') RETURNING bytes`,
      `UPDATE sealed.test_chunks SET bytes = ''`,
      'DELETE FROM sealed.test_chunks',
      'DELETE FROM sealed.row_hashes',
      'SET ROLE holdfast_evaluator',
      'CREATE TEMP VIEW v AS SELECT * FROM sealed.test_chunks; TABLE v',
    ]) {
      expect(await refusal('api', sql), sql).toBe('42501');
    }
  });

  it('takes the boxes of a data set away with it', async () => {
    await clients['api']!.query(
      `INSERT INTO datasets SELECT 'ds_2', 'two', digest, task, target, features, classes, train_rows, test_rows,
         rows_per_class, "group", "time", test_locked, test_kind, commitment, reveal_budget, reveals_used, leaks
       FROM datasets WHERE id = 'ds_1'`,
    );
    await insertSealedTest(clients['api']!, 'ds_2', secret);
    await clients['api']!.query(`DELETE FROM datasets WHERE id = 'ds_2'`);
    const { rows } = await clients['evaluator']!.query('SELECT dataset_id FROM sealed.test_chunks');
    expect(rows).toEqual([{ dataset_id: 'ds_1' }]);
  });

  it('orders reveals and answers none, and says no key and no head', async () => {
    for (const sql of [
      `UPDATE locked.reveals SET status = 'completed'`,
      'DELETE FROM locked.reveals',
      `INSERT INTO locked.ledger_heads VALUES (1, '', '', '', now())`,
      `INSERT INTO evaluator_keys VALUES ('mine', now())`,
      'DELETE FROM locked.dataset_pools',
      'UPDATE _prisma_migrations SET checksum = NULL',
    ]) {
      expect(await refusal('api', sql), sql).toBe('42501');
    }
  });
});

describe('the evaluator', () => {
  it('reads the boxes', async () => {
    const { rows } = await clients['evaluator']!.query('SELECT bytes FROM sealed.test_chunks');
    expect(rows).toEqual([{ bytes: secret }]);
  });

  it('orders no reveal, changes no box and has nothing to do with searches', async () => {
    for (const sql of [
      `INSERT INTO locked.reveals (id) VALUES ('rv_1')`,
      `UPDATE locked.reveals SET request = '{}'`,
      'DELETE FROM locked.reveals',
      'UPDATE locked.pools SET reveal_budget = 9',
      'TABLE sealed.hash_key',
      'TABLE sealed.row_hashes',
      'DELETE FROM sealed.test_chunks',
      `INSERT INTO sealed.test_chunks VALUES ('ds_1', 7, '')`,
      'TABLE searches',
      'TABLE api_keys',
      'TABLE bullmq.job',
    ]) {
      expect(await refusal('evaluator', sql), sql).toBe('42501');
    }
  });
});

it.each(parts)('the ledger takes no change from the %s', async (part) => {
  for (const table of ['locked.ledger', 'locked.ledger_heads']) {
    for (const sql of [`DELETE FROM ${table}`, `UPDATE ${table} SET hash = ''`, `TRUNCATE ${table}`]) {
      expect(await refusal(part, sql), sql).toBe('42501');
    }
  }
});

it('nothing that runs with the rights of its owner is there to be called', async () => {
  const { rows } = await database.pool.query(
    `SELECT oid::regprocedure FROM pg_proc WHERE prosecdef AND pronamespace IN
       (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'sealed', 'locked', 'bullmq'))`,
  );
  expect(rows).toEqual([]);
});
