import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { loginUrl, type Part, parts, provideLogins } from '@holdfast/db/logins';
import { migrate } from '@holdfast/db/migrate';
import { takeInstanceLock } from '@holdfast/embedded-postgres/instance-lock';
import { type EmbeddedPostgres, startPostgres } from '@holdfast/embedded-postgres/start-postgres';
import { migrateQueues } from '@holdfast/queue/queue-tables';
import { loginAddresses, loginSettings } from '../migrate/login-addresses.ts';
import { checkPort } from './check-port.ts';
import { prepareDataFolder } from './data-folder.ts';
import type { ServeSettings } from './serve-settings.ts';
import { ServiceProcess } from './service-process.ts';

export interface Service {
  url: string;
  /** Resolves when all is stopped, Postgres last. */
  stop(): Promise<void>;
  /** Ends what still drains. */
  kill(): void;
}

export interface Watcher {
  /** Told what went wrong and is mended, or should be known, while the service runs. */
  report: (line: string) => void;
  /** Told what the start is at. */
  step: (what: string) => void;
}

/** How long a service may drain: 10 s is its own promise, the rest is for a slow machine. */
const drainDeadline = 15_000;

/**
 * Starts the whole service: a Postgres of its own unless `databaseUrl` names one, then evaluator, API and worker,
 * each a process of its own with a database login of its own.
 *
 * @throws Error whose message says what to do; nothing runs any more when it is thrown.
 */
export async function serve(settings: ServeSettings, { report, step }: Watcher): Promise<Service> {
  await prepareDataFolder(settings.home);
  if (settings.databaseUrl === undefined) step('Starting Postgres');
  const postgres =
    settings.databaseUrl === undefined ? await startOwnPostgres(settings.home, report) : undefined;
  const ownerUrl = postgres?.url ?? (process.env['DATABASE_OWNER_URL'] || (settings.databaseUrl ?? ''));
  const services: ServiceProcess[] = [];
  const instanceFile = join(settings.home, 'instance.json');
  const stop = async () => {
    // The worker first: it gives back what it trains while the database still answers.
    const [worker, ...others] = services.toReversed();
    await worker?.stop(drainDeadline);
    await Promise.all(others.map((service) => service.stop(drainDeadline)));
    await rm(instanceFile, { force: true });
    await postgres?.stop();
  };
  try {
    await checkPort(settings.host, settings.port);
    step('Bringing the tables up to date');
    if (!settings.redisUrl) await migrateQueues(ownerUrl);
    await migrate(ownerUrl);
    const logins = await chooseLogins(settings, postgres, ownerUrl, report);
    const logs = join(settings.home, 'logs');
    await mkdir(logs, { recursive: true });
    const start = async (name: string, module: string, environment: NodeJS.ProcessEnv) => {
      const service = new ServiceProcess({
        name,
        module,
        environment,
        logFile: join(logs, `${name}.log`),
        // Training takes all processors there are: whoever asks meanwhile shall not wait for it.
        yields: name === 'worker',
        report,
      });
      services.push(service);
      return service.start();
    };
    step('Starting API, evaluator and worker');
    const common = commonEnvironment(settings);
    // The worker too: it waits for the tables and the queue by itself.
    const [api] = await Promise.all([
      start('api', '@holdfast/api/server', {
        ...common,
        DATABASE_URL: logins.api,
        HOST: settings.host,
        PORT: String(settings.port),
        ...apiKeys(settings),
      }),
      start('evaluator', '@holdfast/evaluator/evaluator', {
        ...common,
        DATABASE_URL: logins.evaluator,
        HOLDFAST_HOME: settings.home,
      }),
      start('worker', '@holdfast/worker/worker', {
        ...common,
        DATABASE_URL: logins.worker,
        ...(settings.threads ? { HOLDFAST_THREADS: String(settings.threads) } : {}),
      }),
    ]);
    const url = String(api.url);
    await writeFile(instanceFile, `${JSON.stringify({ pid: process.pid, url })}\n`);
    return {
      url,
      stop,
      kill() {
        for (const service of services) service.kill();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * The address by which each process logs in. In a Postgres of our own every start gives the logins new passwords, which
 * nothing but this process and theirs ever has; in another one it is not ours to make logins that nobody asked for.
 */
async function chooseLogins(
  settings: ServeSettings,
  postgres: OwnPostgres | undefined,
  ownerUrl: string,
  report: (line: string) => void,
): Promise<Record<Part, string>> {
  const of = (address: (part: Part) => string) =>
    Object.fromEntries(parts.map((part) => [part, address(part)])) as Record<Part, string>;
  if (postgres) {
    const logins = of((part) => loginUrl(ownerUrl, part, randomBytes(24).toString('hex')));
    await provideLogins(ownerUrl, logins);
    return logins;
  }
  const given = loginAddresses(process.env);
  await provideLogins(ownerUrl, given);
  const shared = settings.databaseUrl ?? ownerUrl;
  const missing = parts.filter((part) => given[part] === undefined);
  if (missing.length > 0) {
    const names = missing.map((part) => loginSettings[part]).join(', ');
    report(
      `The ${missing.join(', ')} ${missing.length === 1 ? 'logs' : 'log'} in with DATABASE_URL. Name logins of their own in ${names}: docs/operations.md#database-logins`,
    );
  }
  return of((part) => given[part] ?? shared);
}

interface OwnPostgres {
  url: string;
  stop(): Promise<void>;
}

/** A Postgres under `home`, for this instance alone; started again should it die. */
async function startOwnPostgres(home: string, report: (line: string) => void): Promise<OwnPostgres> {
  const dataFolder = join(home, 'postgres');
  let stopping = false;
  let server: EmbeddedPostgres = await startPostgres({ dataFolder });
  let lock = await takeInstanceLock(server.url, { onLost });
  if (!lock) throw new Error(await whoRuns(home));

  function onLost(reason: Error): void {
    if (stopping) return;
    report(`Postgres is gone (${reason.message}) and is started again; its log is in ${dataFolder}`);
    void revive();
  }

  async function revive(): Promise<void> {
    for (let pause = 250; !stopping; pause = Math.min(pause * 2, 10_000)) {
      try {
        server = await startPostgres({ dataFolder });
        lock = await takeInstanceLock(server.url, { onLost });
        return;
      } catch (error) {
        report(`Postgres does not start: ${error instanceof Error ? error.message : String(error)}`);
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  return {
    url: server.url,
    async stop() {
      stopping = true;
      await lock?.release();
      await server.stop();
    },
  };
}

async function whoRuns(home: string): Promise<string> {
  const folder = relative(process.cwd(), home) || home;
  const other = await readFile(join(home, 'instance.json'), 'utf8').then(
    (text) => JSON.parse(text) as { pid: number; url: string },
    () => null,
  );
  const where = other ? ` (process ${other.pid}, ${other.url})` : '';
  return `Another Holdfast${where} runs on the folder ${folder}. Stop it, or choose another with --home DIR.`;
}

/** The settings that are keys: nobody but the API is told them. */
const keySettings = ['HOLDFAST_ADMIN_KEY', 'HOLDFAST_KEY', 'HOLDFAST_KEYS'];

function apiKeys(settings: ServeSettings): NodeJS.ProcessEnv {
  const given = keySettings.map((name) => [name, process.env[name]]);
  return { ...Object.fromEntries(given), ...(settings.key ? { HOLDFAST_KEY: settings.key } : {}) };
}

/** What every service may know; the folder of the evaluator's key, the API's keys and others' logins are not in it. */
function commonEnvironment(settings: ServeSettings): NodeJS.ProcessEnv {
  const { HOLDFAST_HOME: _home, REDIS_URL: _redis, ...inherited } = process.env;
  for (const name of [...keySettings, 'DATABASE_OWNER_URL', ...Object.values(loginSettings)])
    delete inherited[name];
  return {
    ...inherited,
    ...(settings.redisUrl ? { REDIS_URL: settings.redisUrl } : {}),
    LOG_LEVEL: settings.logLevel,
  };
}
