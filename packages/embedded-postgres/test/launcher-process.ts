import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { onTestFinished } from 'vitest';

export const packageFolder = dirname(dirname(fileURLToPath(import.meta.url)));
export const builtFolder = join(packageFolder, 'dist');

/** Child processes run plain Node, so they need the package built from the sources under test. */
export function buildPackage(): void {
  const compiler = createRequire(import.meta.url).resolve('typescript/package.json');
  execFileSync(process.execPath, [join(dirname(compiler), 'bin', 'tsc'), '-b', packageFolder]);
}

/** A folder that only its owner can enter, removed after the test. */
export async function closedFolder(parent = tmpdir()): Promise<string> {
  const folder = await mkdtemp(join(parent, 'holdfast-launcher-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

export interface LauncherProcess {
  readonly child: ChildProcess;
  /** The line that start-and-wait.mjs printed. */
  readonly answer: {
    readonly url: string;
    readonly pid: number;
    readonly port: number;
    readonly adopted: boolean;
    readonly error?: string;
    readonly message: string;
  };
  /** Stops the server through the process that started it. */
  stop(): Promise<void>;
  kill(): Promise<void>;
}

/** Runs `startPostgres` in a process of its own. */
export async function runLauncher(
  dataFolder: string,
  distFolder: string = builtFolder,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<LauncherProcess> {
  const script = join(packageFolder, 'test', 'start-and-wait.mjs');
  const child = spawn(process.execPath, [script, distFolder, dataFolder], {
    env: environment,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const ended = once(child, 'exit');
  const [line] = (await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    ended.then(([code]) => {
      throw new Error(`The launcher printed nothing and ended with ${code}`);
    }),
  ])) as [string];
  return {
    child,
    answer: JSON.parse(line),
    stop: async () => {
      child.stdin.write('stop\n');
      await ended;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Opens a connection that the end of the test closes. */
export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  onTestFinished(() => client.end().catch(() => {}));
  return client;
}
