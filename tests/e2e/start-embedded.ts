import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { HoldfastClient } from '@holdfast/client/holdfast-client';
import { startPostgres } from '@holdfast/embedded-postgres/start-postgres';
import { type NodeProcess, startNode } from './node-process.ts';
import type { RunningService } from './service.ts';

export interface EmbeddedService extends RunningService {
  process: NodeProcess;
  /** Its data folder. */
  home: string;
}

export const holdfastBin = resolve(import.meta.dirname, '../../apps/cli/bin/holdfast.js');

/** `holdfast serve` on a folder of its own, a copy of HOLDFAST_TEST_HOME where there is one, that goes when it stops. */
export async function startEmbedded(options: {
  threads: number;
  /** Wanted of every client. */
  key?: string;
  /** Of `serve` and of all that it starts. */
  environment?: Record<string, string>;
}): Promise<EmbeddedService> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-e2e-'));
  const home = join(folder, 'home');
  const prepared = process.env.HOLDFAST_TEST_HOME;
  // With owners: the cluster is its server's.
  if (prepared) await promisify(execFile)('cp', ['-a', prepared, home]);
  const flags = ['serve', '--port', '0', '--home', home, '--threads', String(options.threads)];
  const serving = startNode(holdfastBin, flags, {
    ...options.environment,
    ...(options.key && { HOLDFAST_KEY: options.key }),
  });
  const [, url = ''] = await serving.until(/Ready in .* at (http\S+)/);
  const { url: databaseUrl } = await startPostgres({ dataFolder: join(home, 'postgres') });
  return {
    url,
    client: new HoldfastClient({ url, key: options.key }),
    databaseUrl,
    process: serving,
    home,
    async killOneWorker() {
      process.kill(await childOf(serving, 'worker'), 'SIGKILL');
    },
    async stop() {
      await serving.end('SIGINT');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The process number of a service that `holdfast serve` started. */
export async function childOf(serving: NodeProcess, name: string): Promise<number> {
  const { stdout } = await promisify(execFile)('pgrep', ['-P', String(serving.child.pid)]);
  for (const pid of stdout.trim().split('\n')) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8');
    if (command.includes(`apps/${name}/dist/`)) return Number(pid);
  }
  throw new Error(`no ${name} among the processes that serve started`);
}
