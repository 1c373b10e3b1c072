import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { runGrid } from '../grid/run-grid.ts';
import { isLoadName, loads } from '../train/load.ts';
import { engines } from '../train/measure-epoch.ts';
import { measureLimit } from '../train/measure-limit.ts';
import { figuresOf, measureOnce } from '../train/run-train.ts';
import { measureGridPeer, measurePeer, peers } from './peers.ts';
import { type Measured, writeReport } from './write-report.ts';

export interface PeersOptions {
  python: string;
  processes: number;
  seconds: number;
  loads: string;
  grid: boolean;
  write: boolean;
}

const digits = fileURLToPath(new URL('../../../examples/data/digits.csv.gz', import.meta.url));
const report = fileURLToPath(new URL('../../../docs/performance.md', import.meta.url));

/** All engines and peers side by side: one process after the other, in turns, each on one core. */
export async function runPeers(options: PeersOptions): Promise<void> {
  const { python, processes, seconds } = options;
  const wanted = [...options.loads].filter(isLoadName);
  const names = [...engines.keys()].filter((name) => name !== 'reference');
  const core = cpus().length - 1;
  const versions: Record<string, string> = { node: process.versions.node };
  const times = new Map<string, number[]>();
  const reasons = new Map<string, string>();
  const add = (key: string, time: number): void => void times.set(key, [...(times.get(key) ?? []), time]);
  // In turns, so that a slow quarter of an hour of the machine is slow for all.
  for (let round = 0; round < processes; round++)
    for (const load of wanted) {
      for (const name of names) add(`${load} ${name}`, await measureOnce(load, name, seconds, core));
      for (const { module } of peers) {
        const key = `${load} ${module}`;
        if (reasons.has(key)) continue;
        const answer = await measurePeer(python, module, load, seconds, core);
        if ('reason' in answer) reasons.set(key, answer.reason);
        else {
          add(key, answer.microseconds);
          Object.assign(versions, answer.versions);
        }
      }
      console.error(`round ${round + 1} of ${processes}, load ${load}`);
    }
  const titles = [
    ...names.map((name) => ({ key: name, title: `Holdfast, ${name} engine` })),
    ...peers.map(({ module, title }) => ({ key: module as string, title })),
  ];
  const measured = wanted.flatMap((load) =>
    titles.map(({ key, title }): Measured => {
      const found = times.get(`${load} ${key}`);
      const figures = found === undefined ? null : figuresOf(load, key, found);
      const reason = reasons.get(`${load} ${key}`) ?? '';
      return { name: key, title, load, figures, times: found ?? [], reason };
    }),
  );
  const limits = names.map((name) => ({ name, gflops: measureLimit(engines.get(name)!, 2) }));
  const grid = options.grid
    ? { holdfast: await runGrid(2), peer: await measureGridPeer(python, digits) }
    : null;
  const text = writeReport({
    measured,
    engines: names,
    limits,
    grid,
    versions,
    loads: wanted,
    processes,
    cpu: cpus()[0]!.model,
  });
  if (options.write) await writeFile(report, text);
  console.log(text);
}

export const loadNames = Object.keys(loads).join('');
