import { createPostgresBackend, type PgPool, Queue, Worker } from 'bullmq';
import pg from 'pg';
import type { QueueStore } from './queue-store.ts';
import { prepareTables, queueSchema } from './queue-tables.ts';

/**
 * BullMQ's tables in a schema of their own, made or brought up to date first where the login may do that.
 * @param url `postgres://` of the database that also holds the searches.
 */
export async function openPostgresStore(url: string, onError: (error: Error) => void): Promise<QueueStore> {
  const pool = new pg.Pool({
    connectionString: withSearchPath(url),
    application_name: 'holdfast-queue',
    // A worker's LISTEN keeps one; fetching, finishing and adding share the others.
    max: 4,
    keepAlive: true,
    connectionTimeoutMillis: 5000,
    query_timeout: 10_000,
    statement_timeout: 10_000,
    idle_in_transaction_session_timeout: 10_000,
  });
  pool.on('error', onError);
  // BullMQ checks connections out without listening to them: a server that ends one then would end the process.
  pool.on('connect', (client) => client.on('error', onError));
  // Each consumer adds one.
  pool.setMaxListeners(0);
  try {
    const client = await pool.connect();
    try {
      await prepareTables(client);
    } finally {
      client.release();
    }
  } catch (error) {
    await pool.end();
    throw error;
  }
  // BullMQ describes a pool in a type of its own, which pg's overloads do not fit.
  const connection = pool as unknown as PgPool;
  return {
    name: 'Postgres',
    createProducer: (queueName) => new Queue(queueName, { connection }, createPostgresBackend),
    createConsumer: (queueName, process, options) =>
      new Worker(queueName, process, { ...options, connection }, createPostgresBackend),
    close: () => pool.end(),
  };
}

/** BullMQ's SQL names its functions without a schema. What the address sets itself is kept. */
function withSearchPath(url: string): string {
  const address = new URL(url);
  const given = address.searchParams.get('options');
  address.searchParams.set('options', `${given ? `${given} ` : ''}-c search_path=${queueSchema}`);
  return address.href;
}
