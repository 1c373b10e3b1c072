import { startTemporaryPostgres } from '@holdfast/embedded-postgres/temporary-postgres';

/**
 * One Postgres for all test files; its address (of a superuser) is in HOLDFAST_TEST_POSTGRES_URL.
 * Each test file makes a database of its own there (`createDatabase` of the same module).
 */
export default async function startPostgres(): Promise<() => Promise<void>> {
  const server = await startTemporaryPostgres();
  process.env.HOLDFAST_TEST_POSTGRES_URL = server.url;
  return () => server.stop();
}
