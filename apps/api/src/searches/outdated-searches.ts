import { numericsVersion } from '@holdfast/contracts/versions';
import type { Database } from '@holdfast/db/open-database';
import { listOutdated } from '@holdfast/db/outdated-searches';
import type { FastifyBaseLogger } from 'fastify';
import type { SubmissionTasks } from './submission-tasks.ts';

interface OutdatedDeps {
  database: Database;
  submissions: Pick<SubmissionTasks, 'restart'>;
  log: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>;
}

/** While services of two versions run side by side, the older one goes on making searches of its own version. */
const everyMs = 60_000;

/** Lets unfinished searches of an older numerics version start again: at once, and then those that are still found. */
export function createOutdatedSearches(deps: OutdatedDeps): { start(): void; stop(): void } {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const round = async () => {
    try {
      await restartOutdated(deps, () => stopped);
    } catch (error) {
      if (!stopped) {
        deps.log.warn({ err: error }, 'unfinished searches could not be looked through; again in a minute');
      }
    }
    if (!stopped) timer = setTimeout(round, everyMs).unref();
  };
  return {
    start() {
      void round();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** One after the other, in the order in which they were made; one that fails does not hold up the others. */
export async function restartOutdated(
  { database, submissions, log }: OutdatedDeps,
  isStopped: () => boolean = () => false,
): Promise<void> {
  for (const search of await listOutdated(database, numericsVersion)) {
    if (isStopped()) return;
    try {
      const restart = await submissions.restart(search);
      if (restart.outcome === 'over') continue;
      const { from, ...outcome } = restart;
      const about = { search, searchVersion: from, numericsVersion, ...outcome };
      if (restart.outcome === 'restarted')
        log.info(about, 'a search of an older numerics version starts again');
      else log.warn(about, 'a search of an older numerics version cannot start again, and has failed');
    } catch (error) {
      if (isStopped()) return;
      log.error(
        { search, err: error },
        'a search of an older numerics version could not start again; it is tried again in a minute',
      );
    }
  }
}
