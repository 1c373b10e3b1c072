import { setTimeout as delay } from 'node:timers/promises';
import { chooseServerRuntime, type ServerRuntime } from './choose-server-user.ts';
import { connectServer, databaseUrl } from './connect-server.ts';
import {
  clusterFolder,
  dataFolderError,
  hasCluster,
  prepareDataFolder,
  readPassword,
} from './data-folder.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { endOrphans } from './end-orphans.ts';
import { initialiseCluster } from './initialise-cluster.ts';
import { launchServer } from './launch-server.ts';
import { findPostmaster, type Postmaster } from './postmaster.ts';
import { locateBinaries } from './server-binaries.ts';
import { lastLines, ServerLog } from './server-log.ts';
import { checkPort, choosePort, rememberPort, takenPortError } from './server-port.ts';
import { serverConfiguration } from './server-settings.ts';
import { stopServer } from './stop-server.ts';

export interface StartPostgresOptions {
  /** Created where missing. Holds the cluster (`data`), `server.log` and the remembered `port`. */
  readonly dataFolder: string;
  /** Told, in one line each, what takes time or was decided. */
  readonly log?: (line: string) => void;
  /** Postgres settings over the defaults, by name; they have no effect on a server that is adopted. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Without one, that of the last start, else a free one. A server that is adopted keeps its own. */
  readonly port?: number;
}

export interface EmbeddedPostgres {
  /** `postgres://holdfast:…@127.0.0.1:PORT/holdfast`, of a superuser; the database exists. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Whether the server was already running, left by an earlier process or started by another. */
  readonly adopted: boolean;
  /** Ends all sessions, stops the server and returns when its process is gone. May be called again. */
  stop(): Promise<void>;
}

const silentMilliseconds = 60_000;
const retryMilliseconds = 30_000;
const progressMilliseconds = 10_000;

/** Failures that pass by themselves: what a killed server leaves behind, and a start of the same folder elsewhere. */
const passing =
  /pre-existing shared memory block|still in use|lock file "postmaster\.pid" (already exists|is empty)/;
const portTrouble = /could not bind|could not create any TCP\/IP sockets/;

/** Follows a server until it answers (its postmaster), or there is none and `failure` says that none will come (null). */
async function awaitAnswer(
  cluster: string,
  password: string,
  log: (line: string) => void,
  failure: () => string | null,
): Promise<Postmaster | null> {
  let heard = performance.now();
  let told = heard;
  for (;;) {
    const failed = failure() !== null;
    const postmaster = await findPostmaster(cluster);
    if (!postmaster && failed) return null;
    if (postmaster?.status === 'ready' && (await connectServer(cluster, postmaster.port, password)))
      return postmaster;
    const now = performance.now();
    // Recovery after a crash takes as long as its log is, and says that it is starting.
    if (postmaster?.status === 'starting' || postmaster?.status === 'stopping') heard = now;
    if (postmaster && now - told > progressMilliseconds) {
      told = now;
      log(`Postgres (pid ${postmaster.pid}) is ${postmaster.status || 'starting'}; waiting for it`);
    }
    if (now - heard > silentMilliseconds) {
      throw new EmbeddedPostgresError(
        `Postgres${postmaster ? ` (pid ${postmaster.pid})` : ''} on ${cluster} does not answer; end that process, then start again.`,
      );
    }
    await delay(15);
  }
}

function once(stop: () => Promise<void>): () => Promise<void> {
  let stopped: Promise<void> | null = null;
  return () => (stopped ??= stop());
}

/**
 * Starts the Postgres of a data folder, or adopts the one that already runs on it. The server outlives this process until
 * `stop()`; it listens on 127.0.0.1 only and asks for a password (SCRAM).
 *
 * @throws EmbeddedPostgresError in one line with the way out: no binaries for the platform, a folder that cannot be written
 *   or is of another major version, a full disk, a taken port, a start that fails (with the last lines of its log)
 */
export async function startPostgres(options: StartPostgresOptions): Promise<EmbeddedPostgres> {
  const { settings = {}, log = () => {} } = options;
  // Bad options fail before anything is written.
  if (options.port !== undefined) checkPort(options.port);
  serverConfiguration(options.port ?? 0, settings);
  const dataFolder = await prepareDataFolder(options.dataFolder);
  try {
    return await startOrAdopt(dataFolder, options.port, settings, log);
  } catch (error) {
    throw dataFolderError(dataFolder, error);
  }
}

async function startOrAdopt(
  dataFolder: string,
  askedPort: number | undefined,
  settings: Readonly<Record<string, string>>,
  log: (line: string) => void,
): Promise<EmbeddedPostgres> {
  const cluster = clusterFolder(dataFolder);
  const serverLog = new ServerLog(dataFolder);
  const retryUntil = performance.now() + retryMilliseconds;
  let runtime: ServerRuntime | null = null;

  const running = async (
    postmaster: Postmaster,
    password: string,
    adopted: boolean,
  ): Promise<EmbeddedPostgres> => {
    const { pid, port } = postmaster;
    await rememberPort(dataFolder, port);
    if (adopted) log(`Adopted the Postgres that runs on ${dataFolder} (pid ${pid}, port ${port})`);
    if (askedPort !== undefined && port !== askedPort)
      log(`It keeps port ${port}; ${askedPort} was asked for`);
    const { folder } = await locateBinaries();
    const stop = once(() => stopServer(pid, cluster, folder));
    return { url: databaseUrl(port, password), port, pid, adopted, stop };
  };

  for (;;) {
    const initialised = await hasCluster(dataFolder);
    if (initialised && (await findPostmaster(cluster))) {
      const password = await readPassword(cluster);
      const postmaster = await awaitAnswer(cluster, password, log, () => 'it ended');
      if (postmaster) return running(postmaster, password, true);
      continue;
    }
    runtime ??= await chooseServerRuntime(dataFolder, initialised ? cluster : null);
    if (!initialised) {
      log(`Creating the database in ${dataFolder}`);
      await initialiseCluster(dataFolder, runtime, settings.fsync !== 'off');
    }
    const password = await readPassword(cluster);
    const port = await choosePort(dataFolder, askedPort);
    const server = await launchServer(cluster, serverConfiguration(port, settings), runtime, serverLog);
    const postmaster = await awaitAnswer(cluster, password, log, server.failure);
    // A start of the same folder elsewhere may have won; then that one is the server.
    if (postmaster)
      return running(postmaster, password, server.pid !== null && postmaster.pid !== server.pid);

    const output = await serverLog.sinceOpen();
    const summary = lastLines(output) || server.failure();
    const mayRetry = performance.now() < retryUntil;
    if (portTrouble.test(output)) {
      if (askedPort !== undefined) throw takenPortError(askedPort);
      if (!mayRetry) throw new EmbeddedPostgresError(`Postgres finds no free port on 127.0.0.1: ${summary}`);
    } else if (/no space left on device|disk quota exceeded/i.test(output)) {
      throw Object.assign(new Error(summary ?? ''), { code: 'ENOSPC' });
    } else if (!passing.test(output) || !mayRetry) {
      throw new EmbeddedPostgresError(
        `Postgres did not start on ${dataFolder}: ${summary} (log: ${serverLog.path})`,
      );
    }
    log(`Postgres did not start yet, trying again: ${summary}`);
    await endOrphans(cluster);
    await delay(100);
  }
}
