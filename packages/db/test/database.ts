import { randomUUID } from 'node:crypto';
import {
  createDatabase,
  dropDatabase,
  startTemporaryPostgres,
} from '@holdfast/embedded-postgres/temporary-postgres';
import { type Part, provideLogins } from '../src/logins.ts';
import { migrate } from '../src/migrate.ts';
import { type Database, openDatabase } from '../src/open-database.ts';
import { testLogins } from './logins.ts';

/** Of the owner, who may do everything; `logins` are the addresses of those who may not. */
export type TestDatabase = Database & { url: string; logins: Record<Part, string> };

/** A database with no tables, on the Postgres that the test run started, or on one of its own. */
export async function createEmptyDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const shared = process.env['HOLDFAST_TEST_POSTGRES_URL'];
  const own = shared ? null : await startTemporaryPostgres();
  const server = shared ?? own!.url;
  if (own) await provideLogins(server, testLogins(server));
  const name = `db_${randomUUID().replaceAll('-', '')}`;
  const url = await createDatabase(server, name);
  return {
    url,
    async drop() {
      await dropDatabase(server, name);
      await own?.stop();
    },
  };
}

/** A fresh database with all tables; `close` drops it. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { url, drop } = await createEmptyDatabase();
  await migrate(url);
  const db = openDatabase({ url, name: 'db test' });
  return {
    ...db,
    url,
    logins: testLogins(url),
    async close() {
      await db.close();
      await drop();
    },
  };
}
