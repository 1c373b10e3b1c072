import type { AnySpec } from '@holdfast/contracts/any-spec';
import { TaskThread } from '../task-thread.ts';
import type { SubmissionDeps } from './prepare-search.ts';
import type { SearchLimits } from './search-limits.ts';
import { createSubmissionTasks, type SubmissionTasks } from './submission-tasks.ts';

export interface LargeSearchData {
  databaseUrl: string;
  limits: SearchLimits | undefined;
}

export interface Submissions extends SubmissionTasks {
  /** Starts the thread of large searches, which else starts with the first of them. */
  start(): void;
  close(): Promise<void>;
}

/** Beyond it a search is planned on a thread of its own, which takes a moment to start. */
const manyTrials = 500;

export function createSubmissions(deps: SubmissionDeps & { databaseUrl: string }): Submissions {
  const here = createSubmissionTasks(deps);
  const thread = new TaskThread<SubmissionTasks>({
    module: '@holdfast/api/searches/large-searches.thread',
    purpose: 'plans large searches',
    workerData: { databaseUrl: deps.databaseUrl, limits: deps.limits } satisfies LargeSearchData,
  });
  return {
    create: (asked) =>
      roughTrials(asked.sent) < manyTrials ? here.create(asked) : thread.run('create', asked),
    plan: (sent) => (roughTrials(sent) < manyTrials ? here.plan(sent) : thread.run('plan', sent)),
    // Many may have to at once, while others are answered.
    restart: (old) => thread.run('restart', old),
    start: () => thread.start(),
    close: () => thread.close(),
  };
}

/** About how many trials a spec asks for: a grid's by the choices and points that stand at its top. */
export function roughTrials({ strategy, space, limits }: AnySpec): number {
  const most = limits?.maxTrials ?? Infinity;
  if (strategy?.kind === 'list') return Math.min(most, strategy.trials.length);
  if (strategy !== undefined && strategy.kind !== 'grid') return Math.min(most, strategy.trials ?? 0);
  const grids = [space ?? {}]
    .flat()
    .map((one) =>
      Object.values(one).reduce((product: number, value: unknown) => product * choicesIn(value), 1),
    );
  return Math.min(
    most,
    grids.reduce((sum, count) => sum + count, 0),
  );
}

function choicesIn(value: unknown): number {
  if (Array.isArray(value))
    return Math.max(
      1,
      value.reduce((sum: number, one) => sum + choicesIn(one), 0),
    );
  if (typeof value !== 'object' || value === null) return 1;
  const { points } = value as { points?: unknown };
  return typeof points === 'number' ? points : 1;
}
