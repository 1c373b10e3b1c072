import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from './generated/client.ts';

/** One pool of connections, for Prisma and for SQL of our own. */
export interface Database {
  readonly prisma: PrismaClient;
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

/**
 * Opens nothing yet: the first query connects. Every wait has an end: for a connection 5 s, for a statement 30 s
 * by the server's clock and 35 s by ours (a server that fell silent), idle in a transaction 30 s.
 *
 * @param options.name what the server shows as `application_name`
 * @param options.poolSize connections at most; 10 by default
 */
export function openDatabase(options: { url: string; name: string; poolSize?: number }): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: options.name,
    max: options.poolSize ?? 10,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 30_000,
    query_timeout: 35_000,
    idle_in_transaction_session_timeout: 30_000,
    keepAlive: true,
  });
  // A server that restarts ends idle connections too. The pool replaces them; without a listener the
  // event would end the process.
  pool.on('error', () => {});
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool), errorFormat: 'minimal' });
  return {
    prisma,
    pool,
    async close() {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}
