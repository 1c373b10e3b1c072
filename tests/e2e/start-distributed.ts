import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { HoldfastClient } from '@holdfast/client/holdfast-client';
import { createDatabase, dropDatabase } from '@holdfast/embedded-postgres/temporary-postgres';
import { testLogins } from '../../packages/db/test/logins.ts';
import { startNode } from './node-process.ts';
import type { RunningService } from './service.ts';

const holdfast = resolve(import.meta.dirname, '../../apps/cli/bin/holdfast.js');

export interface DistributedOptions {
  /** Server on which a database is made for this service. */
  postgresUrl: string;
  redisUrl: string;
  workers: number;
  threads: number;
}

/** API, evaluator and workers, each started by its own line and logged in as itself, on a Postgres and a Redis that were there before. */
export async function startDistributed(options: DistributedOptions): Promise<RunningService> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-e2e-'));
  const name = `e2e_${process.pid}_${Date.now()}`;
  const databaseUrl = await createDatabase(options.postgresUrl, name);
  const environment = { REDIS_URL: options.redisUrl, LOG_LEVEL: 'info' };
  const migration = startNode(holdfast, ['migrate'], {
    ...environment,
    DATABASE_OWNER_URL: databaseUrl,
  });
  await migration.until(/Applied/);
  const logins = testLogins(databaseUrl);
  const evaluator = startNode(holdfast, ['evaluator'], {
    ...environment,
    DATABASE_URL: logins.evaluator,
    HOLDFAST_HOME: folder,
  });
  await evaluator.until(/sealing key published/);
  const api = startNode(holdfast, ['api'], {
    ...environment,
    DATABASE_URL: logins.api,
    HOST: '127.0.0.1',
    PORT: '0',
  });
  const [url] = await api.until(/http:\/\/127\.0\.0\.1:\d+/);
  const startWorker = () =>
    startNode(holdfast, ['worker'], {
      ...environment,
      DATABASE_URL: logins.worker,
      HOLDFAST_THREADS: String(options.threads),
    });
  const workers = Array.from({ length: options.workers }, startWorker);
  await Promise.all(workers.map((worker) => worker.until(/worker is ready/)));
  return {
    url,
    client: new HoldfastClient({ url }),
    databaseUrl,
    async killOneWorker() {
      await workers.shift()?.end('SIGKILL');
    },
    async stop() {
      await Promise.all(workers.map((worker) => worker.end('SIGTERM')));
      await api.end('SIGTERM');
      await evaluator.end('SIGTERM');
      await dropDatabase(options.postgresUrl, name);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
