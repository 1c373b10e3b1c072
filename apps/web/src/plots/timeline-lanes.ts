import type { Timeline } from '@holdfast/contracts/plots';

type FoldRun = Timeline['items'][number];

export interface Lane {
  worker: string;
  runs: { run: FoldRun; from: number; to: number }[];
}

/**
 * Puts the fold runs of each worker into as few rows as none overlaps in. What still runs ends `now`.
 * @param items by start
 */
export function timelineLanes(items: readonly FoldRun[], now: number): Lane[] {
  const workers = new Map<string, Lane[]>();
  for (const run of items) {
    const from = Date.parse(run.startedAt);
    const to = run.finishedAt === null ? Math.max(now, from) : Date.parse(run.finishedAt);
    const lanes = workers.get(run.worker) ?? [];
    workers.set(run.worker, lanes);
    const free = lanes.find(({ runs }) => (runs.at(-1)?.to ?? 0) <= from);
    if (free) free.runs.push({ run, from, to });
    else lanes.push({ worker: run.worker, runs: [{ run, from, to }] });
  }
  return [...workers.values()].flat();
}
