import { resolve } from 'node:path';
import pg from 'pg';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { superuser } from './initialise-cluster.ts';

const databaseName = 'holdfast';

export function databaseUrl(port: number, password: string, database: string = databaseName): string {
  return `postgres://${superuser}:${password}@127.0.0.1:${port}/${database}`;
}

function samePath(a: string, b: string): boolean {
  const normal = (path: string) =>
    process.platform === 'win32' ? resolve(path).toLowerCase() : resolve(path);
  return normal(a) === normal(b);
}

/**
 * Connects once, checks that the server runs on this cluster, and creates the database where it is missing.
 *
 * @returns false where the server does not answer yet
 * @throws EmbeddedPostgresError where it answers and is not ours
 */
export async function connectServer(cluster: string, port: number, password: string): Promise<boolean> {
  const client = new pg.Client({
    connectionString: databaseUrl(port, password, 'postgres'),
    connectionTimeoutMillis: 5000,
    query_timeout: 30_000,
  });
  // Without a listener a connection that drops would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ folder: string; exists: boolean }>(
      `SELECT current_setting('data_directory') AS folder,
              EXISTS (SELECT FROM pg_database WHERE datname = $1) AS exists`,
      [databaseName],
    );
    const folder = rows[0]?.folder ?? '';
    if (!samePath(folder, cluster)) {
      throw new EmbeddedPostgresError(
        `The Postgres on port ${port} runs on ${folder}, not on ${cluster}; stop it, then start again.`,
      );
    }
    if (!rows[0]?.exists) {
      await client.query(`CREATE DATABASE ${databaseName}`).catch((error: pg.DatabaseError) => {
        // Another start of this folder was faster.
        if (error.code !== '42P04' && error.code !== '23505') throw error;
      });
    }
    return true;
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw error;
    const code = (error as pg.DatabaseError).code ?? '';
    if (code === '28P01' || code === '28000') {
      throw new EmbeddedPostgresError(
        `The Postgres on port ${port} refuses the password kept in ${cluster}; put the right one back, or stop what ` +
          'uses that port.',
      );
    }
    if (code === '53100') {
      throw new EmbeddedPostgresError(`The disk of ${cluster} is full; free space, then start again.`);
    }
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
