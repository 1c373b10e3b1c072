import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { MigrationError } from './database-errors.ts';
import {
  type Migration,
  migrationsFolder,
  missingFrom,
  pendingOf,
  readMigrations,
} from './pending-migrations.ts';

/** Prisma's own: so its `migrate deploy` and this wait for each other. */
const advisoryLock = 72707369;
const accessFile = fileURLToPath(new URL('../../../prisma/access.sql', import.meta.url));

/**
 * Applies the migrations that the database lacks, each in a transaction with its row in `_prisma_migrations` (for Prisma's
 * tools they are applied), and says anew who may do what. Safe to call from many processes at once. For a login that does
 * not own the tables it looks whether they are there, and changes nothing.
 *
 * @param folder of other migrations than ours: of their tables nobody is given any rights
 * @throws MigrationError where an applied migration failed, was changed, or is of a newer version, or the roles are missing
 *   and cannot be made; NotMigratedError where the owner is to do it
 */
export async function migrate(url: string, folder = migrationsFolder): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(folder);
  const client = new pg.Client({
    connectionString: url,
    application_name: 'holdfast migrate',
    connectionTimeoutMillis: 10_000,
    // The lock below; a migration of another process may take its time.
    lock_timeout: 120_000,
  });
  client.on('error', () => {});
  await client.connect();
  try {
    if (!(await ownsTables(client))) {
      const names = migrations.map(({ name }) => name);
      await missingFrom(client, names);
      await pendingOf(client, migrations);
      return { applied: [] };
    }
    await client.query('SELECT pg_advisory_lock($1)', [advisoryLock]);
    await createMigrationsTable(client);
    const pending = await pendingOf(client, migrations);
    for (const migration of pending) await apply(client, migration);
    if (folder === migrationsFolder) await grantAccess(client);
    return { applied: pending.map(({ name }) => name) };
  } finally {
    // The end of the session frees the lock.
    await client.end();
  }
}

/** Where there are no tables yet: whether it may make a schema, as the owner of a database may. */
async function ownsTables(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ owns: boolean }>(
    `SELECT coalesce(
       (SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('_prisma_migrations')),
       has_database_privilege(current_database(), 'CREATE')) AS owns`,
  );
  return rows[0]!.owns;
}

async function createMigrationsTable(client: pg.Client): Promise<void> {
  await client.query(`
    CREATE TABLE IF NOT EXISTS _prisma_migrations (
      id varchar(36) PRIMARY KEY NOT NULL,
      checksum varchar(64) NOT NULL,
      finished_at timestamptz,
      migration_name varchar(255) NOT NULL,
      logs text,
      rolled_back_at timestamptz,
      started_at timestamptz NOT NULL DEFAULT now(),
      applied_steps_count integer NOT NULL DEFAULT 0
    )`);
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  const startedAt = new Date();
  try {
    await client.query('BEGIN');
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
       VALUES ($1, $2, clock_timestamp(), $3, $4, 1)`,
      [randomUUID(), checksum, name, startedAt],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    const message = error instanceof Error ? error.message : String(error);
    throw new MigrationError(
      `Migration ${name} could not be applied, and nothing of it was kept: ${message}`,
      {
        cause: error,
      },
    );
  }
}

async function grantAccess(client: pg.Client): Promise<void> {
  try {
    await client.query('BEGIN');
    await client.query(await readFile(accessFile, 'utf8'));
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    const { message, hint } = error as pg.DatabaseError;
    throw new MigrationError(
      `The tables are there, but the rights on them could not be given: ${message}.${hint ? ` ${hint}` : ''}`,
      { cause: error },
    );
  }
}
