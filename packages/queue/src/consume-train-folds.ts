import { type TrainingJob, trainingJobSchema } from '@holdfast/contracts/jobs';
import type { Outage } from './outage.ts';
import type { QueueStore, TrainFoldsConsumer, TrainFoldsProcessor } from './queue-store.ts';
import { within } from './within.ts';

export interface TrainFoldsWork {
  /** How many jobs are handled at the same time. */
  concurrency: number;
  /** `signal` is aborted when the consumer closes. A job whose handler throws is dropped, not repeated. */
  handler: (job: TrainingJob, signal: AbortSignal) => Promise<void>;
}

export interface TrainFoldsConsumption {
  /** Takes no further job; handlers that run go on. */
  pause(): Promise<void>;
  /** Aborts the handlers' signal, waits for them until the deadline, and lets the connections go within 2 s. */
  close(deadlineMs: number): Promise<void>;
}

// Job locks are short, so that a killed worker's jobs are delivered again after some 7 s. A job that is
// delivered twice does no harm: Postgres decides who may train what.
const locks = { lockDuration: 5000, stalledInterval: 2000, maxStalledCount: 1_000_000 };
// BullMQ waits for a notification at most this long before it looks for itself.
const drainDelay = 1;
const checkEveryMs = 1000;
const closeMs = 1500;
const idleWhileJobsWaitMs = 5000;

export function consumeTrainFolds(
  store: QueueStore,
  queueName: string,
  outage: Outage,
  waiting: () => Promise<number>,
  { concurrency, handler }: TrainFoldsWork,
): TrainFoldsConsumption {
  const closing = new AbortController();
  const running = new Set<Promise<void>>();
  let paused = false;
  let lastTaken = Date.now();
  let consumer = start();
  const supervisor = setInterval(() => void supervise(), checkEveryMs);
  supervisor.unref();

  function start(): TrainFoldsConsumer {
    const process: TrainFoldsProcessor = async (job) => {
      outage.answered();
      lastTaken = Date.now();
      const handled = handler(trainingJobSchema.parse(job.data), closing.signal);
      running.add(handled);
      try {
        await handled;
      } finally {
        running.delete(handled);
        lastTaken = Date.now();
      }
    };
    const started = store.createConsumer(queueName, process, {
      ...locks,
      autorun: false,
      concurrency,
      drainDelay,
      runRetryDelay: 500,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    });
    started.on('error', (error) => {
      if (!closing.signal.aborted && !isLostLock(error)) outage.failed(error);
    });
    // Not before it is ready: a Postgres backend that failed at that keeps the failure for ever, and BullMQ's
    // loop, refused at once each time, would never let the process do anything else.
    const giveUp = (error: Error) => {
      if (closing.signal.aborted || consumer !== started) return;
      outage.failed(error);
      replace();
    };
    started
      .waitUntilReady()
      .then(() => started.run())
      .catch(giveUp);
    return started;
  }

  function replace(): void {
    if (paused || closing.signal.aborted) return;
    const old = consumer;
    lastTaken = Date.now();
    setTimeout(() => {
      if (paused || closing.signal.aborted || consumer !== old) return;
      consumer = start();
      void within(checkEveryMs, 'close', old.close(true)).catch(() => {});
    }, checkEveryMs);
  }

  // BullMQ's loop recovers from outages by itself as far as is known; this is for the ways that are not.
  async function supervise(): Promise<void> {
    if (paused || closing.signal.aborted) return;
    if (running.size >= concurrency || Date.now() - lastTaken < idleWhileJobsWaitMs) return;
    try {
      if ((await waiting()) === 0) lastTaken = Date.now();
      else replace();
    } catch {
      // An outage: it is logged, and there is nothing to take.
    }
  }

  return {
    async pause() {
      paused = true;
      await within(checkEveryMs, 'pause', consumer.pause(true)).catch(() => {});
    },
    async close(deadlineMs) {
      paused = true;
      clearInterval(supervisor);
      closing.abort();
      try {
        await within(deadlineMs, 'handlers', Promise.allSettled(running));
        await within(closeMs, 'close', consumer.close());
      } catch {
        await within(500, 'disconnect', consumer.disconnect()).catch(() => {});
      }
    },
  };
}

/** A job ran past its lock and was delivered again: Postgres settles that, and the queue is well. */
function isLostLock(error: Error): boolean {
  return /could not renew lock|missing lock|lock mismatch|missing key for job/i.test(error.message);
}
