import type { Timeline } from '@holdfast/contracts/plots';
import { expect, it } from 'vitest';
import { timelineLanes } from './timeline-lanes.ts';

const at = (second: number) => new Date(1_700_000_000_000 + second * 1000).toISOString();
const run = (worker: string, from: number, to: number | null): Timeline['items'][number] => ({
  trial: 0,
  repeat: 0,
  fold: 0,
  state: to === null ? 'running' : 'completed',
  worker,
  startedAt: at(from),
  finishedAt: to === null ? null : at(to),
});

it('gives each thread of a worker a row, and lets what runs reach to now', () => {
  const now = Date.parse(at(10));
  const lanes = timelineLanes(
    [run('a', 0, 2), run('a', 1, 3), run('b', 1, 2), run('a', 2, 4), run('a', 3, null)],
    now,
  );
  expect(lanes.map(({ worker, runs }) => [worker, runs.length])).toEqual([
    ['a', 2],
    ['a', 2],
    ['b', 1],
  ]);
  expect(lanes[1]?.runs.at(-1)?.to).toBe(now);
  for (const { runs } of lanes) {
    for (const [n, { from }] of runs.entries()) expect(from).toBeGreaterThanOrEqual(runs[n - 1]?.to ?? 0);
  }
});
