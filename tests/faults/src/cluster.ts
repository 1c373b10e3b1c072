import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { FaultyLink } from './faulty-link.ts';
import { findFreePort } from './free-port.ts';
import type { NamespacedNetwork, NetworkHost } from './namespaced-network.ts';
import { PostgresServer } from './postgres-server.ts';
import { RedisServer } from './redis-server.ts';
import { ServiceProcess } from './service-process.ts';
import { SmallDisk } from './small-disk.ts';

const root = resolve(import.meta.dirname, '../../..');
const entryOf = (app: string, file: string) => join(root, 'apps', app, 'dist', file);
const readyMs = 120_000;
/** Room for a long campaign, its write-ahead log included; what fills the rest is in memory for a moment. */
const diskMegabytes = 600;

export interface Linked {
  process: ServiceProcess;
  database: FaultyLink;
  /** `null` where the queue stands in Postgres. */
  queue: FaultyLink | null;
}

export interface Cluster {
  postgres: PostgresServer;
  /** Under Postgres; `null` where none could be mounted. */
  disk: SmallDisk | null;
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
  /** Where workers run, each on a host of its own; on this one unless given. */
  network?: NamespacedNetwork;
}): Promise<Cluster> {
  const { complain, network } = options;
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-faults-'));
  const [postgresFolder, redisFolder] = [join(folder, 'postgres'), join(folder, 'redis')];
  await mkdir(redisFolder);
  await mkdir(postgresFolder);
  const disk = await SmallDisk.mount(postgresFolder, diskMegabytes);
  const postgres = await PostgresServer.start(postgresFolder);
  const redis = options.queue === 'redis' ? await RedisServer.start(redisFolder) : null;
  const logins = await provideDatabase(postgres.url, redis !== null);
  const links: FaultyLink[] = [];
  const openLink = async (port: number, address?: string) => {
    const link = await FaultyLink.open({ host: '127.0.0.1', port }, address);
    links.push(link);
    return link;
  };

  async function link(
    name: string,
    entry: string,
    environment: Record<string, string>,
    host?: NetworkHost,
  ): Promise<Linked> {
    const address = host ? network!.address : '127.0.0.1';
    const database = await openLink(postgres.port, address);
    const queue = redis && (await openLink(redis.port, address));
    const url = new URL(logins[name.startsWith('worker') ? 'worker' : name]!);
    url.host = `${address}:${database.port}`;
    const all = {
      DATABASE_URL: url.href,
      ...(queue && { REDIS_URL: `redis://${address}:${queue.port}` }),
      LOG_LEVEL: 'warn',
      ...environment,
    };
    const command = host?.command;
    return {
      database,
      queue,
      process: new ServiceProcess({ name, entry, environment: all, command, complain }),
    };
  }

  const port = await findFreePort();
  const api = await link('api', entryOf('api', 'server.js'), { HOST: '127.0.0.1', PORT: String(port) });
  const evaluator = await link('evaluator', entryOf('evaluator', 'evaluator.js'), { HOLDFAST_HOME: folder });
  const http = await openLink(port);
  const workers: Linked[] = [];
  const addWorker = async () => {
    const name = `worker-${workers.length + 1}`;
    const host = network?.hosts[workers.length];
    const worker = await link(name, entryOf('worker', 'worker.js'), { HOLDFAST_THREADS: '1' }, host);
    workers.push(worker);
    return worker;
  };
  const services = () => [...workers, api, evaluator];

  const cluster: Cluster = {
    postgres,
    disk,
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
      await disk?.unmount();
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
