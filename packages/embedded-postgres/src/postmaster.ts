import { execFile } from 'node:child_process';
import { readFile, readlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What Postgres's main process writes into `postmaster.pid`. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** `starting`, `ready`, `stopping`, or empty before the server has said it. */
  readonly status: string;
}

const pidFile = (cluster: string) => join(cluster, 'postmaster.pid');

async function readPidFile(cluster: string): Promise<{ text: string; postmaster: Postmaster } | null> {
  const text = await readFile(pidFile(cluster), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  const lines = text?.split('\n') ?? [];
  const pid = Math.abs(Number.parseInt(lines[0] ?? '', 10));
  const port = Number.parseInt(lines[3] ?? '', 10);
  if (!text || !pid || !port) return null;
  return { text, postmaster: { pid, port, status: (lines[7] ?? '').trim() } };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether `pid` is a living Postgres on this data directory, rather than a zombie or a later process with its number. */
export async function isPostmaster(pid: number, cluster: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const [, name, state] = /^\d+ \((.*)\) (\S)/s.exec(stat) ?? [];
    // An orphan stays a zombie where process 1 does not reap, as in many containers.
    if (name !== 'postgres' || state === 'Z' || state === 'X') return false;
    const workingFolder = await readlink(`/proc/${pid}/cwd`).catch(() => null);
    return workingFolder === null || workingFolder === cluster;
  }
  if (process.platform === 'darwin') {
    const answer = await promisify(execFile)('ps', ['-p', String(pid), '-o', 'comm=']).catch(() => null);
    return answer?.stdout.trim().endsWith('postgres') ?? false;
  }
  return true;
}

/** The server that runs on this data directory (absolute, without symbolic links), if one does. */
export async function findPostmaster(cluster: string): Promise<Postmaster | null> {
  const found = await readPidFile(cluster);
  if (!found) return null;
  const { pid } = found.postmaster;
  if (await isPostmaster(pid, cluster)) return found.postmaster;
  if (isAlive(pid)) {
    // Postgres would take any process with this number for its old server and refuse to start; in a restarted container
    // numbers come again at once. Its own shared-memory check still stands against a second server.
    const again = await readPidFile(cluster);
    if (again?.text === found.text) await unlink(pidFile(cluster)).catch(() => {});
  }
  return null;
}
