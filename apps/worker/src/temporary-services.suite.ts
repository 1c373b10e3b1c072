import { randomBytes } from 'node:crypto';
import { migrate } from '@holdfast/db/migrate';
import { type Database, openDatabase } from '@holdfast/db/open-database';
import { createDatabase, dropDatabase } from '@holdfast/embedded-postgres/temporary-postgres';
import { migrateQueues } from '@holdfast/queue/queue-tables';
import { testLogins } from '../../../packages/db/test/logins.ts';

export interface TestDatabase {
  /** Of a worker's login. */
  url: string;
  /** Of the API's login. */
  apiUrl: string;
  /** The owner's. */
  db: Database;
  drop(): Promise<void>;
}

/** A database of the test file's own, with all tables. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = process.env.HOLDFAST_TEST_POSTGRES_URL;
  if (!server) throw new Error('HOLDFAST_TEST_POSTGRES_URL is not set: run this by Vitest from the root.');
  const name = `worker_${randomBytes(6).toString('hex')}`;
  const url = await createDatabase(server, name);
  await migrateQueues(url);
  await migrate(url);
  const db = openDatabase({ url, name: 'worker test' });
  return {
    url: testLogins(url).worker,
    apiUrl: testLogins(url).api,
    db,
    async drop() {
      await db.close();
      await dropDatabase(server, name);
    },
  };
}
