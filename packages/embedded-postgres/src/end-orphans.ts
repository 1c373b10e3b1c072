import { readdir, readFile, readlink } from 'node:fs/promises';

async function isOrphan(pid: string, cluster: string): Promise<boolean> {
  try {
    if ((await readlink(`/proc/${pid}/cwd`)) !== cluster) return false;
    // A server's child names itself "postgres: role"; the postmaster keeps the path of its program.
    if (!(await readFile(`/proc/${pid}/cmdline`, 'utf8')).startsWith('postgres: ')) return false;
    const parent = /^PPid:\s*(\d+)$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
    return (await readFile(`/proc/${parent}/comm`, 'utf8')).trim() !== 'postgres';
  } catch {
    return false; // It has ended, or is not ours to look at.
  }
}

/**
 * Ends the children that a killed postmaster left on this cluster. They end by themselves, except one in a long query,
 * and until the last is gone no server starts. Linux only; elsewhere it does nothing.
 */
export async function endOrphans(cluster: string): Promise<void> {
  if (process.platform !== 'linux') return;
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid) || !(await isOrphan(pid, cluster))) continue;
    try {
      process.kill(Number(pid), 'SIGQUIT');
    } catch {
      // It has ended in the meantime.
    }
  }
}
