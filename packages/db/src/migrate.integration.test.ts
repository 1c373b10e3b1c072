import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEmptyDatabase } from '../test/database.ts';
import { MigrationError } from './database-errors.ts';
import { migrate } from './migrate.ts';

const ours = fileURLToPath(new URL('../../../prisma/migrations/', import.meta.url));

let database: Awaited<ReturnType<typeof createEmptyDatabase>>;
let folder: string;
beforeEach(async () => {
  database = await createEmptyDatabase();
  folder = await mkdtemp(join(tmpdir(), 'migrations-'));
});
afterEach(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

async function write(name: string, sql: string): Promise<void> {
  await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, name, 'migration.sql'), sql);
}

async function query<T extends pg.QueryResultRow>(sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

test('of many at once, one applies all migrations; after that there is nothing to apply', async () => {
  const names = (await readdir(ours, { withFileTypes: true }))
    .filter((e) => e.isDirectory())
    .map((e) => e.name);
  const applied = await Promise.all([1, 2, 3, 4].map(() => migrate(database.url)));
  expect(applied.flatMap((one) => one.applied)).toEqual(names.toSorted());
  expect(await migrate(database.url)).toEqual({ applied: [] });
  const rows = await query(
    'SELECT migration_name, applied_steps_count, finished_at IS NOT NULL AS finished FROM _prisma_migrations ORDER BY 1',
  );
  expect(rows).toEqual(
    names.toSorted().map((name) => ({ migration_name: name, applied_steps_count: 1, finished: true })),
  );
});

test('a migration that fails leaves nothing behind, and those before it stay', async () => {
  await write('1_good', 'CREATE TABLE good (); -- a comment; with a semicolon');
  await write('2_bad', 'CREATE TABLE bad (); SELECT 1/0;');
  await expect(migrate(database.url, folder)).rejects.toThrow(/2_bad could not be applied.*division by zero/);
  expect(await query('SELECT migration_name FROM _prisma_migrations')).toEqual([
    { migration_name: '1_good' },
  ]);
  expect(await query(`SELECT to_regclass('bad') AS bad`)).toEqual([{ bad: null }]);
  await write('2_bad', 'CREATE TABLE bad ();');
  expect(await migrate(database.url, folder)).toEqual({ applied: ['2_bad'] });
});

test('a database that this version does not fit is refused in one line', async () => {
  await write('1_first', 'SELECT 1;');
  await write('2_second', 'SELECT 1;');
  await migrate(database.url, folder);
  await write('1_first', 'SELECT 2;');
  await expect(migrate(database.url, folder)).rejects.toThrow('Migration 1_first is not what was applied');
  await write('1_first', 'SELECT 1;');
  await rm(join(folder, '2_second'), { recursive: true });
  await expect(migrate(database.url, folder)).rejects.toThrow('start the newer version');
  await write('2_second', 'SELECT 1;');
  await query(`UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = '2_second'`);
  const failure = await migrate(database.url, folder).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(MigrationError);
  expect((failure as Error).message).not.toContain('\n');
});

test("Prisma's schema and the migrations agree, and the script that says so would tell if they did not", {
  timeout: 300_000,
}, async () => {
  const script = fileURLToPath(new URL('../scripts/diff-migration.mjs', import.meta.url));
  const diff = (...args: string[]) =>
    new Promise<{ code: unknown; stdout: string }>((resolve) => {
      execFile(process.execPath, [script, ...args], (error, stdout) =>
        resolve({ code: error?.code ?? 0, stdout }),
      );
    });
  await cp(ours, folder, { recursive: true });
  await write('99999999999999_more', 'ALTER TABLE trials ADD COLUMN remark text;');
  const [agreeing, differing] = await Promise.all([diff(), diff(folder)]);
  expect(agreeing).toEqual({ code: 0, stdout: '' });
  expect(differing.code).toBe(2);
  expect(differing.stdout).toContain('ALTER TABLE "trials" DROP COLUMN "remark"');
});
