import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { FaultyLink } from './faulty-link.ts';
import { findFreePort } from './free-port.ts';
import { PostgresServer } from './postgres-server.ts';
import { RedisServer } from './redis-server.ts';
import { ServiceProcess } from './service-process.ts';

const root = resolve(import.meta.dirname, '../../..');
const entryOf = (app: string, file: string) => join(root, 'apps', app, 'dist', file);
const readyMs = 120_000;

export interface Linked {
  process: ServiceProcess;
  database: FaultyLink;
  /** `null` where the queue stands in Postgres. */
  queue: FaultyLink | null;
}

export interface Cluster {
  postgres: PostgresServer;
  redis: RedisServer | null;
  api: Linked;
  evaluator: Linked;
  workers: Linked[];
  /** Between the clients and the API. */
  http: FaultyLink;
  /** Every link there is. */
  links: FaultyLink[];
  /** Of the API, as clients see it. */
  url: string;
  /** Adds a worker, not started yet. */
  addWorker(): Promise<Linked>;
  /** Ends services in order, each of which must drain in time, and then the servers. */
  stop(): Promise<void>;
}

/** Tables, and a login for each process, as whoever sets a service up makes them. @returns the logins' addresses */
async function provideDatabase(ownerUrl: string, withRedis: boolean): Promise<Record<string, string>> {
  const logins = Object.fromEntries(
    ['api', 'worker', 'evaluator'].map((part) => {
      const url = new URL(ownerUrl);
      url.username = `holdfast_${part}`;
      url.password = randomBytes(12).toString('hex');
      return [part, url.href];
    }),
  );
  const { PATH = '', HOME = '' } = process.env;
  const env = {
    PATH,
    HOME,
    DATABASE_OWNER_URL: ownerUrl,
    DATABASE_API_URL: logins['api'],
    DATABASE_WORKER_URL: logins['worker'],
    DATABASE_EVALUATOR_URL: logins['evaluator'],
    // Named only so that no queue is made in Postgres.
    ...(withRedis && { REDIS_URL: 'redis://elsewhere' }),
  };
  await promisify(execFile)(process.execPath, [join(root, 'apps/cli/bin/holdfast.js'), 'migrate'], { env });
  return logins;
}

/** Real servers and real processes, with a link of its own between each process and each server. */
export async function startCluster(options: {
  workers: number;
  queue: 'redis' | 'postgres';
  complain: (violation: string) => void;
}): Promise<Cluster> {
  const { complain } = options;
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-faults-'));
  const [postgresFolder, redisFolder] = [join(folder, 'postgres'), join(folder, 'redis')];
  await mkdir(redisFolder);
  const postgres = await PostgresServer.start(postgresFolder);
  const redis = options.queue === 'redis' ? await RedisServer.start(redisFolder) : null;
  const logins = await provideDatabase(postgres.url, redis !== null);
  const links: FaultyLink[] = [];
  const openLink = async (port: number) => {
    const link = await FaultyLink.open({ host: '127.0.0.1', port });
    links.push(link);
    return link;
  };

  async function link(name: string, entry: string, environment: Record<string, string>): Promise<Linked> {
    const database = await openLink(postgres.port);
    const queue = redis && (await openLink(redis.port));
    const url = new URL(logins[name.startsWith('worker') ? 'worker' : name]!);
    url.port = String(database.port);
    const all = {
      DATABASE_URL: url.href,
      ...(queue && { REDIS_URL: `redis://127.0.0.1:${queue.port}` }),
      LOG_LEVEL: 'warn',
      ...environment,
    };
    return { database, queue, process: new ServiceProcess({ name, entry, environment: all, complain }) };
  }

  const port = await findFreePort();
  const api = await link('api', entryOf('api', 'server.js'), { HOST: '127.0.0.1', PORT: String(port) });
  const evaluator = await link('evaluator', entryOf('evaluator', 'evaluator.js'), { HOLDFAST_HOME: folder });
  const http = await openLink(port);
  const workers: Linked[] = [];
  const addWorker = async () => {
    const name = `worker-${workers.length + 1}`;
    const worker = await link(name, entryOf('worker', 'worker.js'), { HOLDFAST_THREADS: '1' });
    workers.push(worker);
    return worker;
  };
  const services = () => [...workers, api, evaluator];

  const cluster: Cluster = {
    postgres,
    redis,
    api,
    evaluator,
    workers,
    http,
    links,
    url: `http://127.0.0.1:${http.port}`,
    addWorker,
    async stop() {
      await Promise.all(services().map(({ process }) => process.stop()));
      await Promise.all(links.map((each) => each.close()));
      await redis?.kill();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    api.process.start();
    await api.process.untilReady(readyMs);
    evaluator.process.start();
    for (let i = 0; i < options.workers; i++) (await addWorker()).process.start();
    for (const { process } of services()) await process.untilReady(readyMs);
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return cluster;
}
