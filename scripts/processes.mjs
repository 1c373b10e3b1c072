import { spawnSync } from 'node:child_process';

/** @typedef {{ pid: number, parent: number, command: string }} Process */

/** @returns {Process[]} what runs on this machine; none where there is no `ps` */
export function listProcesses() {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,args='], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  return [...(stdout ?? '').matchAll(/^\s*(\d+)\s+(\d+)\s+(.*)$/gm)].map((match) => ({
    pid: Number(match[1]),
    parent: Number(match[2]),
    command: match[3] ?? '',
  }));
}

/**
 * @param {number} ancestor
 * @param {Process[]} processes
 * @returns {Process[]} its children, their children and so on, also those in process groups of their own
 */
export function descendantsOf(ancestor, processes) {
  const children = processes.filter((process) => process.parent === ancestor);
  return children.flatMap((child) => [child, ...descendantsOf(child.pid, processes)]);
}

/**
 * @param {Process[]} before
 * @param {string} folder
 * @returns {Process[]} what began since then, runs something of this folder, and has lost its parent
 */
export function strayProcesses(before, folder) {
  const known = new Set(before.map((process) => process.pid));
  return listProcesses().filter(
    (process) => process.parent === 1 && !known.has(process.pid) && process.command.includes(folder),
  );
}
