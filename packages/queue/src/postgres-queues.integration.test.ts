import { startTemporaryPostgres } from '@holdfast/embedded-postgres/temporary-postgres';
import pg from 'pg';
import { describeQueues } from './queues.suite.ts';

// A server of its own: the suite stops it.
describeQueues('Postgres', async () => {
  const postgres = await startTemporaryPostgres();
  return {
    redisUrl: null,
    databaseUrl: postgres.url,
    dropConnections: async () => {
      const client = new pg.Client({ connectionString: postgres.url });
      await client.connect();
      await client.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
      await client.end();
    },
    stop: () => postgres.stop(),
  };
});
