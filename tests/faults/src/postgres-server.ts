import { setTimeout as pause } from 'node:timers/promises';
import { type EmbeddedPostgres, startPostgres } from '@holdfast/embedded-postgres/start-postgres';
import pg from 'pg';

// A process that is killed loses nothing that it has written: durability against the machine's death costs time and
// is not what is tested. A commit that was answered must be in the log.
const settings = {
  fsync: 'off',
  synchronous_commit: 'on',
  shared_buffers: '64MB',
  max_connections: '120',
  // The disk is small.
  max_wal_size: '96MB',
};

/** "cannot_connect_now": a session was killed, and all that was in its memory is made anew from the log. */
const recovers = '57P03';

/** A Postgres of the campaign's own, on the same port through every restart. */
export class PostgresServer {
  readonly #folder: string;
  #server: EmbeddedPostgres;

  private constructor(folder: string, server: EmbeddedPostgres) {
    this.#folder = folder;
    this.#server = server;
  }

  static async start(folder: string): Promise<PostgresServer> {
    return new PostgresServer(folder, await startPostgres({ dataFolder: folder, settings }));
  }

  get url(): string {
    return this.#server.url;
  }

  get port(): number {
    return this.#server.port;
  }

  /** Ends every session and starts again, as an administrator would. */
  async restart(): Promise<void> {
    await this.#server.stop();
    await this.#startAgain();
  }

  /** kill -9 of the server's first process. */
  async crash(): Promise<void> {
    process.kill(this.#server.pid, 'SIGKILL');
    await this.#startAgain();
  }

  /** Starts it where it has ended by itself: a full disk may end it, since a log that cannot be written must not go on. */
  async revive(): Promise<void> {
    for (let tries = 0; tries < 20; tries++) {
      try {
        await this.query('SELECT 1');
        return;
      } catch {
        await pause(250);
      }
    }
    await this.#startAgain();
  }

  /** kill -9 of one session's process: the server throws out all others and recovers by itself. `false`: none was there. */
  async crashSession(): Promise<boolean> {
    const [session] = await this.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'holdfast%' AND pid <> pg_backend_pid() LIMIT 1`,
    );
    try {
      return session !== undefined && process.kill(session.pid, 'SIGKILL');
    } catch {
      // It ended by itself meanwhile.
      return false;
    }
  }

  async stop(): Promise<void> {
    await this.#server.stop();
  }

  /** On a connection of its own, around every proxy. */
  async query<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    const client = await this.connect();
    try {
      return (await client.query<Row>(sql, values)).rows;
    } finally {
      await client.end().catch(() => {});
    }
  }

  /** @throws where the server does not let anybody in; while it recovers from the fault before it is waited for */
  async connect(): Promise<pg.Client> {
    for (let tries = 0; ; tries++) {
      try {
        return await this.#connectNow();
      } catch (error) {
        if ((error as { code?: unknown }).code !== recovers || tries === 80) throw error;
        await pause(250);
      }
    }
  }

  async #connectNow(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.#server.url,
      application_name: 'campaign',
      // On a machine that is busy a session takes seconds to begin.
      connectionTimeoutMillis: 20_000,
      query_timeout: 60_000,
    });
    client.on('error', () => {});
    await client.connect();
    return client;
  }

  async #startAgain(): Promise<void> {
    const { port } = this.#server;
    for (let tries = 0; ; tries++) {
      try {
        this.#server = await startPostgres({ dataFolder: this.#folder, settings, port });
        return;
      } catch (error) {
        // Somebody's outgoing connection may hold the port for a moment.
        if (tries === 20) throw error;
        await pause(250);
      }
    }
  }
}
