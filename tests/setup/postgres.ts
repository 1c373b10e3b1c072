import { startTemporaryPostgres } from '@holdfast/embedded-postgres/temporary-postgres';
import { provideLogins } from '../../packages/db/src/logins.ts';
import { testLogins } from '../../packages/db/test/logins.ts';

/**
 * One Postgres for all test files; its address (of a superuser) is in HOLDFAST_TEST_POSTGRES_URL.
 * Each test file makes a database of its own there (`createDatabase` of the same module). The processes' logins are there.
 */
export default async function startPostgres(): Promise<() => Promise<void>> {
  const server = await startTemporaryPostgres();
  await provideLogins(server.url, testLogins(server.url));
  process.env.HOLDFAST_TEST_POSTGRES_URL = server.url;
  return () => server.stop();
}
