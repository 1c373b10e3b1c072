import { readdir, readFile } from 'node:fs/promises';

// Linux counts in hundredths of a second, whatever the machine.
const ticksPerSecond = 100;

interface RunningProcess {
  pid: number;
  parent: number;
  command: string;
  seconds: number;
}

/** What runs now; empty where /proc is not there. */
async function listProcesses(): Promise<RunningProcess[]> {
  const names = await readdir('/proc').catch(() => []);
  const found: RunningProcess[] = [];
  for (const name of names) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    if (stat === '') continue;
    // After the name in brackets: state, parent, …; the 12th and 13th are user and system time.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    found.push({
      pid: Number(name),
      parent: Number(fields[1]),
      command: (await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' '),
      seconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    });
  }
  return found;
}

/** Processor seconds that a process's children have taken so far, those that have ended not counted. */
export async function processorSecondsOfChildren(parent: number): Promise<number> {
  const all = await listProcesses();
  return all.filter((one) => one.parent === parent).reduce((sum, { seconds }) => sum + seconds, 0);
}

/** Processor seconds of everything that a process has started, and that these have started, as far as it still runs. */
export async function processorSecondsOfDescendants(of: number): Promise<number> {
  const all = await listProcesses();
  let sum = 0;
  let parents = new Set([of]);
  while (parents.size > 0) {
    const children = all.filter(({ parent }) => parents.has(parent));
    for (const { seconds } of children) sum += seconds;
    parents = new Set(children.map(({ pid }) => pid));
  }
  return sum;
}

export interface ServiceSeconds {
  api: number;
  worker: number;
  postgres: number;
}

/** Processor seconds of what `holdfast serve` has started, training included. */
export async function processorSecondsOfService(serve: number, postgres: number): Promise<ServiceSeconds> {
  const all = await listProcesses();
  const sum = (some: readonly RunningProcess[]) => some.reduce((total, { seconds }) => total + seconds, 0);
  const of = (app: string) =>
    sum(all.filter(({ parent, command }) => parent === serve && command.includes(`/${app}/`)));
  return {
    api: of('api'),
    worker: of('worker'),
    postgres: sum(all.filter(({ pid, parent }) => pid === postgres || parent === postgres)),
  };
}
