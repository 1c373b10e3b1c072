import { readdir, readFile } from 'node:fs/promises';

// Linux counts in hundredths of a second, whatever the machine.
const ticksPerSecond = 100;

/** Processor seconds that a process's children have taken so far, those that have ended not counted; 0 where /proc is not there. */
export async function processorSecondsOfChildren(parent: number): Promise<number> {
  const names = await readdir('/proc').catch(() => []);
  let ticks = 0;
  for (const name of names) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    // After the name in brackets: state, parent, …; the 12th and 13th are user and system time.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(fields[1]) === parent) ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks / ticksPerSecond;
}
