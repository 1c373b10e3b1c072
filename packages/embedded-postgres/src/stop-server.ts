import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { isPostmaster } from './postmaster.ts';
import { runProgram, type ServerUser } from './run-program.ts';
import { programPath } from './server-binaries.ts';

const windowsUser: ServerUser = { description: 'pg_ctl', prefix: [], spawnAs: null, owner: null };

/** SIGINT ends sessions and writes a checkpoint; SIGQUIT leaves that to the recovery at the next start. */
const escalation = [
  { signal: 'SIGINT', mode: 'fast', patienceMilliseconds: 30_000 },
  { signal: 'SIGQUIT', mode: 'immediate', patienceMilliseconds: 10_000 },
  { signal: 'SIGKILL', mode: 'immediate', patienceMilliseconds: 10_000 },
] as const;

async function isGoneWithin(pid: number, cluster: string, milliseconds: number): Promise<boolean> {
  const deadline = performance.now() + milliseconds;
  while (await isPostmaster(pid, cluster)) {
    if (performance.now() > deadline) return false;
    await delay(20);
  }
  return true;
}

/**
 * Stops the server and returns when its process is gone.
 * @throws EmbeddedPostgresError where the process belongs to another user or outlives SIGKILL
 */
export async function stopServer(pid: number, cluster: string, binaries: string): Promise<void> {
  for (const { signal, mode, patienceMilliseconds } of escalation) {
    if (!(await isPostmaster(pid, cluster))) return;
    try {
      if (process.platform === 'win32') {
        // Windows has no signals; Node would end the process at once instead.
        await runProgram(
          windowsUser,
          programPath(binaries, 'pg_ctl'),
          ['stop', '-D', cluster, '-m', mode, '-W'],
          cluster,
        );
      } else {
        process.kill(pid, signal);
      }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ESRCH') return;
      throw new EmbeddedPostgresError(
        `Postgres (pid ${pid}) cannot be stopped (${code}); stop it as the user who runs it.`,
      );
    }
    if (await isGoneWithin(pid, cluster, patienceMilliseconds)) return;
  }
  throw new EmbeddedPostgresError(
    `Postgres (pid ${pid}) is still there after SIGKILL; the disk may be hanging.`,
  );
}
