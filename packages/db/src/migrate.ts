import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { MigrationError } from './database-errors.ts';

/** Prisma's own: so its `migrate deploy` and this wait for each other. */
const advisoryLock = 72707369;
/** Of a checkout; both src/ and dist/ lie as deep. */
const defaultFolder = fileURLToPath(new URL('../../../prisma/migrations/', import.meta.url));

interface Migration {
  name: string;
  sql: string;
  /** SHA-256 of the file, as Prisma reckons it. */
  checksum: string;
}

/**
 * Applies the migrations that the database lacks, each in a transaction with its row in `_prisma_migrations`:
 * for Prisma's tools they are applied. Safe to call from many processes at once.
 *
 * @throws MigrationError where an applied migration failed, was changed, or is of a newer version
 */
export async function migrate(url: string, migrationsFolder = defaultFolder): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(migrationsFolder);
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
    await client.query('SELECT pg_advisory_lock($1)', [advisoryLock]);
    await createMigrationsTable(client);
    const pending = await pendingOf(client, migrations);
    for (const migration of pending) await apply(client, migration);
    return { applied: pending.map(({ name }) => name) };
  } finally {
    // The end of the session frees the lock.
    await client.end();
  }
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  names.sort();
  return Promise.all(
    names.map(async (name) => {
      const bytes = await readFile(join(folder, name, 'migration.sql'));
      return {
        name,
        sql: bytes.toString('utf8'),
        checksum: createHash('sha256').update(bytes).digest('hex'),
      };
    }),
  );
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

async function pendingOf(client: pg.Client, migrations: Migration[]): Promise<Migration[]> {
  const { rows } = await client.query<{ migration_name: string; checksum: string; finished: boolean }>(
    `SELECT migration_name, checksum, finished_at IS NOT NULL AS finished
     FROM _prisma_migrations WHERE rolled_back_at IS NULL`,
  );
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  const done = new Set<string>();
  for (const row of rows) {
    const migration = known.get(row.migration_name);
    if (!row.finished) {
      throw new MigrationError(
        `Migration ${row.migration_name} failed half-way. Mend the database, then mark it with "prisma migrate resolve".`,
      );
    }
    if (!migration) {
      throw new MigrationError(
        `The database has migration ${row.migration_name}, which this version of Holdfast does not know: start the newer version that made it.`,
      );
    }
    if (migration.checksum !== row.checksum) {
      throw new MigrationError(
        `Migration ${row.migration_name} is not what was applied to this database: restore its file, and put changes into a new migration.`,
      );
    }
    done.add(row.migration_name);
  }
  return migrations.filter(({ name }) => !done.has(name));
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
