import { startTemporaryPostgres } from '@holdfast/embedded-postgres/temporary-postgres';
import pg from 'pg';
import { expect, test } from 'vitest';
import { openQueues } from './open-queues.ts';
import { migrateQueues } from './queue-tables.ts';
import { describeQueues } from './queues.suite.ts';

async function asOwner(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql);
  await client.end();
}

// A server of its own: the suite stops it. All is done by a login that owns nothing, as API and workers do it.
describeQueues('Postgres', async () => {
  const postgres = await startTemporaryPostgres();
  await migrateQueues(postgres.url);
  await asOwner(
    postgres.url,
    `CREATE ROLE plain LOGIN PASSWORD 'plain'; GRANT USAGE ON SCHEMA bullmq TO plain;
     GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA bullmq TO plain;
     GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA bullmq TO plain`,
  );
  return {
    redisUrl: null,
    databaseUrl: postgres.url.replace(/\/\/[^@]*@/, '//plain:plain@'),
    dropConnections: () =>
      asOwner(
        postgres.url,
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      ),
    stop: () => postgres.stop(),
  };
});

test('a login that owns nothing is told that the tables are missing', async () => {
  const postgres = await startTemporaryPostgres();
  try {
    await asOwner(postgres.url, `CREATE ROLE plain LOGIN PASSWORD 'plain'`);
    const databaseUrl = postgres.url.replace(/\/\/[^@]*@/, '//plain:plain@');
    const missing = /no tables of this version.*"holdfast migrate" with DATABASE_OWNER_URL/;
    await expect(openQueues({ redisUrl: null, databaseUrl })).rejects.toThrow(missing);
    await expect(migrateQueues(databaseUrl)).rejects.toThrow(missing);
  } finally {
    await postgres.stop();
  }
});
