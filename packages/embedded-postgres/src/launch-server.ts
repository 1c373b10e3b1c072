import { spawn } from 'node:child_process';
import { chown, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerRuntime } from './choose-server-user.ts';
import { serverEnvironment, userCommand } from './run-program.ts';
import { programPath } from './server-binaries.ts';
import type { ServerLog } from './server-log.ts';

export interface LaunchedServer {
  /** Null where pg_ctl starts the server and its process is not ours to know. */
  readonly pid: number | null;
  /** Why the server did not start, once it ended; null while it runs or starts. */
  failure(): string | null;
}

async function writeConfiguration(cluster: string, text: string, runtime: ServerRuntime): Promise<void> {
  const path = join(cluster, 'postgresql.conf');
  const aside = `${path}.${process.pid}.${Math.trunc(performance.now() * 1e6)}`;
  await writeFile(aside, text, { mode: 0o600 });
  const { owner } = runtime.user;
  if (owner) await chown(aside, owner.uid, owner.gid);
  await rename(aside, path);
}

/**
 * Starts the server in a session of its own, so that neither Ctrl-C on the terminal nor the death of this process ends it.
 * Returns at once; `postmaster.pid` tells when it is ready.
 */
export async function launchServer(
  cluster: string,
  configuration: string,
  runtime: ServerRuntime,
  log: ServerLog,
): Promise<LaunchedServer> {
  await writeConfiguration(cluster, configuration, runtime);
  const handle = await log.open();
  try {
    const onWindows = process.platform === 'win32';
    // Only pg_ctl can shed an administrator's rights there, with which Postgres does not start.
    const [command, args] = onWindows
      ? [programPath(runtime.binaries, 'pg_ctl'), ['start', '-D', cluster, '-w', '-t', '600']]
      : userCommand(runtime.user, programPath(runtime.binaries, 'postgres'), ['-D', cluster]);
    const child = spawn(command, args, {
      cwd: cluster,
      detached: true,
      env: serverEnvironment(),
      stdio: ['ignore', handle.fd, handle.fd],
      windowsHide: true,
      ...runtime.user.spawnAs,
    });
    let failure: string | null = null;
    child.once('error', (error) => {
      failure = error.message;
    });
    child.once('exit', (code, signal) => {
      if (!(onWindows && code === 0)) failure = signal ? `ended by ${signal}` : `exit code ${code}`;
    });
    child.unref();
    return { pid: onWindows ? null : (child.pid ?? null), failure: () => failure };
  } finally {
    await handle.close();
  }
}
