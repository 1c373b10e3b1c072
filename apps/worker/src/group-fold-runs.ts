import type { TrainFoldsJob } from '@holdfast/contracts/jobs';
import type { RunnableFoldRun } from '@holdfast/db/fold-runs';

export const foldRunsPerJob = 128;
const secondsPerJob = 0.5;

/**
 * Jobs that are worth their delivery: short fold runs of one search share a job, up to half a second of
 * estimated work or 128 fold runs; a longer one has a job of its own, and so has one that was begun before: it may be
 * what ended its worker, and must not take others with it again. Keeps the order of each search.
 */
export function groupFoldRuns(
  foldRuns: readonly RunnableFoldRun[],
  secondsOf: (multiplyAdds: number) => number,
): TrainFoldsJob[] {
  const jobs: TrainFoldsJob[] = [];
  const open = new Map<string, { job: TrainFoldsJob; seconds: number }>();
  for (const { search, trial, repeat, fold, cost, again } of foldRuns) {
    if (again) {
      jobs.push({ search, foldRuns: [{ trial, repeat, fold }] });
      continue;
    }
    const seconds = secondsOf(cost);
    let group = open.get(search);
    if (
      group === undefined ||
      group.job.foldRuns.length >= foldRunsPerJob ||
      group.seconds + seconds > secondsPerJob
    ) {
      group = { job: { search, foldRuns: [] }, seconds: 0 };
      open.set(search, group);
      jobs.push(group.job);
    }
    group.job.foldRuns.push({ trial, repeat, fold });
    group.seconds += seconds;
  }
  return jobs;
}
