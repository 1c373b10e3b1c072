import { expireLeases, takeRunnable } from '@holdfast/db/fold-runs';
import { expireModelLeases, takeRunnableModels } from '@holdfast/db/model-training';
import type { Database } from '@holdfast/db/open-database';
import { endOverdueSearches } from '@holdfast/db/search-control';
import { listWorkers } from '@holdfast/db/workers';
import type { Queues } from '@holdfast/queue/open-queues';
import type { Logger } from 'pino';
import { foldRunsPerJob, groupFoldRuns } from './group-fold-runs.ts';
import type { TrainingRate } from './training-rate.ts';

export interface Publisher {
  /** There may be something to publish, or room in the queue. */
  nudge(): void;
  /** Publishes no more; resolves when a publication under way is over. */
  stop(): Promise<void>;
}

const everyMs = 1000;
const atMostEveryMs = 100;
const jobsPerThread = 4;
const foldRunsAtOnce = 2048;
// Few are asked for: they need not wait for room.
const modelsAtOnce = 64;
const countThreadsEveryMs = 3000;
// What the queue lost is published again after this time. What merely waits in it too, once there is room:
// claiming it a second time yields nothing.
const republishAfterSeconds = 10;

/**
 * Keeps the queue filled from Postgres, some jobs ahead for each thread of all workers, and takes back what
 * dead workers held. Every worker does this; what one has published, the others do not.
 */
export function publishRunnable(options: {
  db: Database;
  queues: Queues;
  rate: TrainingRate;
  threads: number;
  /** Decides what may run, before it is looked what does. */
  advance: () => Promise<void>;
  log: Logger;
}): Publisher {
  const { db, queues, rate, log } = options;
  let threads = options.threads;
  let threadsCountedAt = -Infinity;
  let expiredAt = -Infinity;
  let foldRunsInJob = 1;
  let stopped = false;
  let outage = false;
  let nudged = false;
  let running: Promise<void> | null = null;
  let timer: NodeJS.Timeout | undefined;
  let lastRun = -Infinity;

  /** @returns how many fold runs have lost their worker */
  async function expire(): Promise<number> {
    const now = performance.now();
    if (now - expiredAt < everyMs / 2) return 0;
    expiredAt = now;
    await endOverdueSearches(db);
    const expired = await expireLeases(db);
    if (expired > 0) log.info({ foldRuns: expired }, 'leases expired; their fold runs are queued again');
    const models = await expireModelLeases(db);
    if (models > 0) log.info({ models }, 'leases expired; their models are queued again');
    return expired;
  }

  async function countThreads(): Promise<void> {
    const now = performance.now();
    if (now - threadsCountedAt < countThreadsEveryMs) return;
    threadsCountedAt = now;
    const workers = await listWorkers(db);
    threads = Math.max(
      options.threads,
      workers.reduce((sum, worker) => sum + worker.threads, 0),
    );
  }

  async function publish(): Promise<void> {
    const lost = await expire();
    await countThreads();
    const models = await takeRunnableModels(db, { limit: modelsAtOnce, republishAfterSeconds });
    await queues.trainFolds.add(models.map((model) => ({ model })));
    await options.advance();
    // What was lost need not wait for room: it stands first in the queue.
    let room = Math.max(lost, jobsPerThread * threads - (await queues.trainFolds.waiting()));
    while (room > 0 && !stopped) {
      const limit = Math.min(foldRunsAtOnce, Math.ceil(room * foldRunsInJob));
      const taken = await takeRunnable(db, { limit, republishAfterSeconds });
      if (taken.length === 0) return;
      const group = (foldRuns: typeof taken) =>
        groupFoldRuns(foldRuns, (multiplyAdds) => rate.secondsOf(multiplyAdds));
      // Somebody waited for these already: they do not stand in line again.
      const first = group(taken.filter(({ again }) => again));
      const jobs = group(taken.filter(({ again }) => !again));
      await queues.trainFolds.add(first, { first: true });
      await queues.trainFolds.add(jobs);
      const added = first.length + jobs.length;
      log.debug({ foldRuns: taken.length, jobs: added, again: first.length }, 'published');
      foldRunsInJob = Math.min(foldRunsPerJob, Math.max(1, taken.length / added));
      if (taken.length < limit) return;
      room -= added;
    }
  }

  async function run(): Promise<void> {
    lastRun = performance.now();
    nudged = false;
    try {
      await publish();
      if (outage) log.info('publishing works again');
      outage = false;
    } catch (error) {
      if (!outage)
        log.warn({ error: (error as Error).message }, 'publishing failed; trying again every second');
      outage = true;
    }
  }

  function schedule(inMs: number): void {
    clearTimeout(timer);
    if (stopped) return;
    timer = setTimeout(() => {
      running = run().then(() => {
        running = null;
        schedule(nudged && !outage ? atMostEveryMs : everyMs);
      });
    }, inMs);
  }

  schedule(0);
  return {
    nudge() {
      if (nudged) return;
      nudged = true;
      if (running === null && !outage) schedule(Math.max(0, lastRun + atMostEveryMs - performance.now()));
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
