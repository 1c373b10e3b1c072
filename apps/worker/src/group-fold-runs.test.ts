import type { RunnableFoldRun } from '@holdfast/db/fold-runs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldRunsPerJob, groupFoldRuns } from './group-fold-runs.ts';

/** A multiply-add takes a microsecond. */
const secondsOf = (multiplyAdds: number) => multiplyAdds / 1e6;

function foldRun(search: string, trial: number, cost: number, again = false): RunnableFoldRun {
  return { search, trial, repeat: 0, fold: 0, cost, again };
}

test('short fold runs of one search share a job, up to the number that one carries', () => {
  const jobs = groupFoldRuns(
    Array.from({ length: 300 }, (_, trial) => foldRun('a', trial, 1000)),
    secondsOf,
  );
  expect(jobs.map((job) => job.foldRuns.length)).toEqual([128, 128, 44]);
});

test('a job carries half a second of work, and a longer fold run stands alone', () => {
  const costs = [200_000, 200_000, 200_000, 5_000_000, 100_000];
  const jobs = groupFoldRuns(
    costs.map((cost, trial) => foldRun('a', trial, cost)),
    secondsOf,
  );
  expect(jobs.map((job) => job.foldRuns.map(({ trial }) => trial))).toEqual([[0, 1], [2], [3], [4]]);
});

test('one that was begun before stands alone, however short', () => {
  const foldRuns = [0, 1, 2, 3].map((trial) => foldRun('a', trial, 1000, trial === 1 || trial === 2));
  const jobs = groupFoldRuns(foldRuns, secondsOf);
  expect(jobs.map((job) => job.foldRuns.map(({ trial }) => trial))).toEqual([[0, 3], [1], [2]]);
});

test('every fold run is in one job, with those of its search alone, in its order', () => {
  const anyFoldRun = fc.record({
    search: fc.constantFrom('a', 'b', 'c'),
    cost: fc.integer({ min: 0, max: 1_000_000 }),
  });
  fc.assert(
    fc.property(fc.array(anyFoldRun, { maxLength: 200 }), (given) => {
      const foldRuns = given.map(({ search, cost }, trial) => foldRun(search, trial, cost));
      const jobs = groupFoldRuns(foldRuns, secondsOf);
      for (const search of ['a', 'b', 'c']) {
        const trials = jobs
          .filter((job) => job.search === search)
          .flatMap((job) => job.foldRuns.map(({ trial }) => trial));
        expect(trials).toEqual(foldRuns.filter((run) => run.search === search).map(({ trial }) => trial));
      }
      for (const job of jobs) expect(job.foldRuns.length).toBeLessThanOrEqual(foldRunsPerJob);
    }),
  );
});
