import {
  assertSchemaCompatibility,
  LATEST_SCHEMA_VERSION,
  runMigrations,
  SchemaMigrationRequiredError,
} from 'bullmq';
import pg from 'pg';

/** BullMQ's tables have a schema of their own. */
export const queueSchema = 'bullmq';
export const queueName = 'train-folds';

/** For the owner of the database: makes the tables of a queue that stands in Postgres, or brings them up to date. */
export async function migrateQueues(databaseUrl: string): Promise<void> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'holdfast migrate',
    connectionTimeoutMillis: 10_000,
    lock_timeout: 120_000,
  });
  client.on('error', () => {});
  await client.connect();
  try {
    await prepareTables(client);
  } finally {
    await client.end();
  }
}

/**
 * The tables, ready for use: made where the login owns them, looked for where it does not.
 * @throws Error that names the way out where they are to be made by their owner
 */
export async function prepareTables(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ owns: boolean }>(
    `SELECT coalesce(
       (SELECT pg_has_role(nspowner, 'USAGE') FROM pg_namespace WHERE nspname = $1),
       has_database_privilege(current_database(), 'CREATE')) AS owns`,
    [queueSchema],
  );
  if (rows[0]!.owns) {
    await runMigrations(client, queueSchema);
    await createIdSequence(client);
    return;
  }
  const version = await assertSchemaCompatibility(client, queueSchema).catch((error: pg.DatabaseError) => {
    // No schema, no tables, or no right to see them.
    if (error instanceof SchemaMigrationRequiredError || ['3F000', '42501'].includes(error.code ?? ''))
      return 0;
    throw error;
  });
  if (version < LATEST_SCHEMA_VERSION) {
    throw new Error(
      'The queue has no tables of this version in the database yet: run "holdfast migrate" with DATABASE_OWNER_URL.',
    );
  }
}

/** BullMQ would make it when the first job is added, which only the owner may do. */
async function createIdSequence(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT format('%I.%I', $1::text, ${queueSchema}.job_id_seq_name($2)) AS name`,
    [queueSchema, queueName],
  );
  await client.query(`CREATE SEQUENCE IF NOT EXISTS ${rows[0]!.name}`);
}
