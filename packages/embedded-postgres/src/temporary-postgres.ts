import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { clusterFolder } from './data-folder.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { type EmbeddedPostgres, startPostgres } from './start-postgres.ts';

export interface TemporaryPostgres extends EmbeddedPostgres {
  readonly dataFolder: string;
  /** Stops the server and removes its folder. May be called again. */
  stop(): Promise<void>;
}

export interface TemporaryPostgresOptions {
  readonly log?: (line: string) => void;
  /** Over the defaults, which give up durability for speed. */
  readonly settings?: Readonly<Record<string, string>>;
}

const fastSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '64MB',
};

const janitorScript = `
cat >/dev/null
pidfile="$1/postmaster.pid"
[ -e "$pidfile" ] && kill -QUIT "$(head -n 1 "$pidfile")"
n=0
while [ -e "$pidfile" ] && [ $n -lt 50 ]; do sleep 0.1; n=$((n+1)); done
rm -rf "$0"
`;

/** Clears up after a test process that is killed: its end of the pipe closes, however it ends. */
function startJanitor(folder: string): ChildProcess | null {
  if (process.platform === 'win32') return null;
  const child = spawn('/bin/sh', ['-c', janitorScript, folder, clusterFolder(folder)], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.on('error', () => {});
  child.unref();
  return child;
}

/**
 * Starts a Postgres for tests on a fresh temporary folder, without fsync. It is stopped and removed also where the process
 * dies before `stop()`.
 */
export async function startTemporaryPostgres(
  options: TemporaryPostgresOptions = {},
): Promise<TemporaryPostgres> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'holdfast-postgres-'));
  const janitor = startJanitor(dataFolder);
  const remove = async () => {
    janitor?.kill('SIGKILL');
    await rm(dataFolder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const server = await startPostgres({
      ...options,
      dataFolder,
      settings: { ...fastSettings, ...options.settings },
    });
    let stopped: Promise<void> | null = null;
    return { ...server, dataFolder, stop: () => (stopped ??= server.stop().then(remove)) };
  } catch (error) {
    await remove();
    throw error;
  }
}

function identifier(name: string): string {
  // Postgres would cut a longer name off in silence, and two tests could then share a database.
  if (name === '' || Buffer.byteLength(name) > 63) {
    throw new EmbeddedPostgresError(`"${name}" is no name for a database: it must have 1 to 63 bytes.`);
  }
  return pg.escapeIdentifier(name);
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/**
 * Creates a database on the server of `url`.
 *
 * @param template a database to copy, for instance one with migrations applied; nobody may be connected to it
 * @returns the URL of the new database
 * @throws pg.DatabaseError 42P04 where it exists
 */
export async function createDatabase(url: string, name: string, template = 'template0'): Promise<string> {
  await execute(url, `CREATE DATABASE ${identifier(name)} TEMPLATE ${identifier(template)}`);
  const created = new URL(url);
  created.pathname = `/${encodeURIComponent(name)}`;
  return created.href;
}

/** Drops a database, where it exists, and the sessions in it. `url` must lead to another database of that server. */
export async function dropDatabase(url: string, name: string): Promise<void> {
  await execute(url, `DROP DATABASE IF EXISTS ${identifier(name)} WITH (FORCE)`);
}
