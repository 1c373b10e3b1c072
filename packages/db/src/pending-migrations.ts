import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { MigrationError, NotMigratedError } from './database-errors.ts';
import type { Database } from './open-database.ts';

/** Of a checkout; both src/ and dist/ lie as deep. */
export const migrationsFolder = fileURLToPath(new URL('../../../prisma/migrations/', import.meta.url));

export interface Migration {
  name: string;
  sql: string;
  /** SHA-256 of the file, as Prisma reckons it. */
  checksum: string;
}

type Client = Pick<pg.ClientBase, 'query'>;

export async function readMigrations(folder: string): Promise<Migration[]> {
  return Promise.all(
    (await namesIn(folder)).map(async (name) => {
      const bytes = await readFile(join(folder, name, 'migration.sql'));
      return {
        name,
        sql: bytes.toString('utf8'),
        checksum: createHash('sha256').update(bytes).digest('hex'),
      };
    }),
  );
}

async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return names.sort();
}

/**
 * Those that the database lacks.
 * @throws MigrationError where an applied migration failed, was changed, or is of a newer version
 */
export async function pendingOf(client: Client, migrations: Migration[]): Promise<Migration[]> {
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

/**
 * For a process that may not migrate: that the database has the tables that it knows. Newer ones do not disturb it.
 * @throws NotMigratedError
 */
export async function checkMigrated(db: Database): Promise<void> {
  await missingFrom(db.pool, await namesIn(migrationsFolder));
}

/** @throws NotMigratedError where one of the migrations was not applied, or cannot be seen */
export async function missingFrom(client: Client, names: readonly string[]): Promise<void> {
  const applied = await client
    .query<{ name: string }>(
      `SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`,
    )
    .catch((error: pg.DatabaseError) => {
      if (error.code === '42P01') return null;
      if (error.code === '42501') throw notAllowed(error);
      throw error;
    });
  if (applied === null) {
    throw new NotMigratedError(
      'The database has no tables of Holdfast yet: run "holdfast migrate" with DATABASE_OWNER_URL, or start the API as the owner.',
    );
  }
  const done = new Set(applied.rows.map(({ name }) => name));
  const missing = names.filter((name) => !done.has(name));
  if (missing.length > 0) {
    throw new NotMigratedError(
      `The database is of an older version, without ${missing.join(', ')}: run "holdfast migrate" with DATABASE_OWNER_URL.`,
    );
  }
}

function notAllowed(error: pg.DatabaseError): NotMigratedError {
  return new NotMigratedError(
    `The login of DATABASE_URL has no rights on the tables (${error.message}): it must be holdfast_api, holdfast_worker or holdfast_evaluator, or a member of one; "holdfast migrate" with DATABASE_OWNER_URL gives these their rights.`,
    { cause: error },
  );
}
