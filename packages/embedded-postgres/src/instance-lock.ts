import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

export interface InstanceLock {
  /** Gives the lock back and closes its connection. May be called again. */
  release(): Promise<void>;
}

export interface InstanceLockOptions {
  /** Called once where the connection drops, and the lock with it, before `release()`. */
  readonly onLost?: (reason: Error) => void;
  /** Name of what is locked, within one database; default `holdfast instance`. */
  readonly name?: string;
  /** How long to ask again before null: the session of a process just killed ends a moment later. Default 1000. */
  readonly patienceMilliseconds?: number;
}

const checkMilliseconds = 5000;
const retryMilliseconds = 50;

async function connectHolder(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'holdfast instance lock',
    connectionTimeoutMillis: 10_000,
    query_timeout: 10_000,
    keepAlive: true,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    // The server forgets a holder that vanished from the network, and never one that is only idle.
    await client.query(
      `SELECT set_config('idle_session_timeout', '0', false), set_config('tcp_keepalives_idle', '10', false),
              set_config('tcp_keepalives_interval', '5', false), set_config('tcp_keepalives_count', '3', false)`,
    );
    return client;
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
}

async function tryLock(client: pg.Client, name: string, patienceMilliseconds: number): Promise<boolean> {
  const deadline = performance.now() + patienceMilliseconds;
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>(
      'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken',
      [name],
    );
    if (rows[0]?.taken) return true;
    if (performance.now() >= deadline) return false;
    await delay(retryMilliseconds);
  }
}

/**
 * Takes the lock that lets one process alone serve a database: a session's advisory lock on a connection of its own, so
 * that it ends with the process, however that ends. Not for a URL that goes through PgBouncer's transaction mode.
 *
 * @returns null where another process holds it
 * @throws what pg throws where the server cannot be reached
 */
export async function takeInstanceLock(
  url: string,
  options: InstanceLockOptions = {},
): Promise<InstanceLock | null> {
  const { name = 'holdfast instance', patienceMilliseconds = 1000, onLost } = options;
  const client = await connectHolder(url);
  let over = false;
  let timer: NodeJS.Timeout | undefined;
  const lose = (reason: Error) => {
    if (over) return;
    over = true;
    clearInterval(timer);
    client.end().catch(() => {});
    onLost?.(reason);
  };
  try {
    if (!(await tryLock(client, name, patienceMilliseconds))) {
      await client.end().catch(() => {});
      return null;
    }
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
  client.on('error', lose);
  client.on('end', () => lose(new Error('The connection that held the instance lock was closed')));
  // A connection can be dead without an event; a query finds out.
  timer = setInterval(() => client.query('SELECT 1').catch(lose), checkMilliseconds);
  timer.unref();
  return {
    release: async () => {
      if (over) return;
      over = true;
      clearInterval(timer);
      await client.end().catch(() => {});
    },
  };
}
