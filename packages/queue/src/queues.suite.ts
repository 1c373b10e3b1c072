import type { TrainingJob } from '@holdfast/contracts/jobs';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { TrainFoldsConsumption } from './consume-train-folds.ts';
import { openQueues, type Queues } from './open-queues.ts';
import { QueueUnavailableError } from './within.ts';

/** A real server that a test may break. */
export interface BreakableStore {
  redisUrl: string | null;
  databaseUrl: string;
  /** Drops every connection; the server goes on or comes back at once. */
  dropConnections(): Promise<void>;
  /** Nobody answers from here on. */
  stop(): Promise<void>;
}

const until = { timeout: 15_000, interval: 10 };

function jobOf(trial: number): TrainingJob {
  return { search: 'se_0123456789abcdefghij', foldRuns: [{ trial, repeat: 0, fold: 1 }] };
}

function trialsOf(jobs: readonly TrainingJob[]): number[] {
  return jobs
    .flatMap((job) => ('model' in job ? [] : job.foldRuns[0]!.trial))
    .sort((left, right) => left - right);
}

/** What BullMQ on Redis and BullMQ on Postgres must do alike. */
export function describeQueues(name: string, startStore: () => Promise<BreakableStore>): void {
  describe(`queues on ${name}`, () => {
    let store: BreakableStore;
    let queues: Queues;
    const log = { warn: vi.fn<(message: string) => void>(), info: vi.fn<(message: string) => void>() };
    const consumptions: TrainFoldsConsumption[] = [];

    beforeAll(async () => {
      store = await startStore();
      queues = await openQueues({ ...store, log });
    }, 60_000);
    afterEach(async () => {
      for (const consumption of consumptions.splice(0)) await consumption.close(1000);
      log.warn.mockClear();
      log.info.mockClear();
    });
    afterAll(async () => {
      await queues.close();
      await store.stop();
    });

    function work(
      handler: (job: TrainingJob, signal: AbortSignal) => Promise<void>,
      concurrency = 2,
    ): TrainFoldsConsumption {
      const consumption = queues.trainFolds.work({ concurrency, handler });
      consumptions.push(consumption);
      return consumption;
    }

    test('delivers each job with what was added', async () => {
      const jobs = Array.from({ length: 50 }, (_, trial) => jobOf(trial));
      const handled: TrainingJob[] = [];
      work(async (job) => void handled.push(job));
      await queues.trainFolds.add(jobs);
      await vi.waitFor(() => expect(handled).toHaveLength(50), until);
      expect(handled).toEqual(expect.arrayContaining(jobs));
    });

    test('counts the jobs that nobody has taken, and keeps none that are finished', async () => {
      await queues.trainFolds.add([jobOf(0), jobOf(1), jobOf(2)]);
      expect(await queues.trainFolds.waiting()).toBe(3);
      let handled = 0;
      work(async () => void (handled += 1));
      await vi.waitFor(() => expect(handled).toBe(3), until);
      expect(await queues.trainFolds.waiting()).toBe(0);
    });

    test('what is added first is delivered before all that waits', async () => {
      await queues.trainFolds.add([jobOf(1), jobOf(2)]);
      await queues.trainFolds.add([jobOf(7)], { first: true });
      const order: number[] = [];
      work(async (job) => void order.push(...trialsOf([job])), 1);
      await vi.waitFor(() => expect(order).toEqual([7, 1, 2]), until);
    });

    test('handles at most as many jobs at the same time as was asked for', async () => {
      let running = 0;
      let most = 0;
      let handled = 0;
      work(async () => {
        running += 1;
        most = Math.max(most, running);
        await vi.waitFor(() => expect(running >= 3 || handled >= 7).toBe(true), until);
        await queues.health();
        running -= 1;
        handled += 1;
      }, 3);
      await queues.trainFolds.add(Array.from({ length: 9 }, (_, trial) => jobOf(trial)));
      await vi.waitFor(() => expect(handled).toBe(9), until);
      expect(most).toBe(3);
    });

    test('refuses a job that is not ids alone', async () => {
      const smuggled = { ...jobOf(0), params: { learningRate: 1 } };
      await expect(queues.trainFolds.add([smuggled])).rejects.toThrow(/params/);
      await expect(queues.trainFolds.add([{ ...jobOf(0), foldRuns: [] }])).rejects.toThrow();
      expect(await queues.trainFolds.waiting()).toBe(0);
    });

    test('drops a job whose handler throws, and goes on', async () => {
      const seen: TrainingJob[] = [];
      work(async (job) => {
        seen.push(job);
        if (trialsOf([job])[0] === 0) throw new Error('on purpose');
      }, 1);
      await queues.trainFolds.add([jobOf(0), jobOf(1)]);
      await vi.waitFor(() => expect(seen).toHaveLength(2), until);
      expect(trialsOf(seen)).toEqual([0, 1]);
      expect(await queues.trainFolds.waiting()).toBe(0);
    });

    test('takes nothing more once paused, while the running handler goes on', async () => {
      let open = () => {};
      const gate = new Promise<void>((resolve) => (open = resolve));
      const started: TrainingJob[] = [];
      const finished: TrainingJob[] = [];
      const consumption = work(async (job) => {
        started.push(job);
        await gate;
        finished.push(job);
      }, 1);
      await queues.trainFolds.add([jobOf(0), jobOf(1)]);
      await vi.waitFor(() => expect(started).toHaveLength(1), until);
      await consumption.pause();
      open();
      await vi.waitFor(() => expect(finished).toHaveLength(1), until);
      await consumption.close(2000);
      expect(started).toHaveLength(1);
      // The other is still there for the next worker.
      const next: TrainingJob[] = [];
      work(async (job) => void next.push(job));
      await vi.waitFor(() => expect(trialsOf([...started, ...next])).toEqual([0, 1]), until);
    });

    test('aborts the signal at close and waits for the handler', async () => {
      let ended = false;
      let started = false;
      const consumption = work(async (_job, signal) => {
        started = true;
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        await queues.health();
        ended = true;
      });
      await queues.trainFolds.add([jobOf(0)]);
      await vi.waitFor(() => expect(started).toBe(true), until);
      await consumption.close(5000);
      expect(ended).toBe(true);
    });

    test('delivers again what a worker took that went away without a word', async () => {
      let taken = 0;
      const lost = work(() => {
        taken += 1;
        return new Promise<never>(() => {});
      });
      await queues.trainFolds.add([jobOf(7)]);
      await vi.waitFor(() => expect(taken).toBe(1), until);
      await lost.close(0);
      const again: TrainingJob[] = [];
      work(async (job) => void again.push(job));
      await vi.waitFor(() => expect(trialsOf(again)).toEqual([7]), { timeout: 20_000, interval: 20 });
    }, 30_000);

    test('goes on after its connections were dropped, and tells an outage at most once', async () => {
      const handled: TrainingJob[] = [];
      work(async (job) => void handled.push(job));
      await queues.trainFolds.add([jobOf(0)]);
      await vi.waitFor(() => expect(handled).toHaveLength(1), until);
      for (const round of [1, 2]) {
        await store.dropConnections();
        await vi.waitFor(() => queues.trainFolds.add([jobOf(round)]), until);
        await vi.waitFor(() => expect(trialsOf(handled)).toContain(round), until);
      }
      expect(log.warn.mock.calls.length).toBeLessThanOrEqual(2);
      await vi.waitFor(async () => {
        await queues.health();
        expect(log.info.mock.calls.length).toBe(log.warn.mock.calls.length);
      }, until);
    }, 60_000);

    test('starts all the same when its connections are dropped meanwhile', async () => {
      const handled: TrainingJob[] = [];
      for (let round = 0; round < 5; round += 1) {
        const consumption = work(async (job) => void handled.push(job));
        await store.dropConnections();
        await vi.waitFor(() => queues.trainFolds.add([jobOf(round)]), until);
        await vi.waitFor(() => expect(trialsOf(handled)).toContain(round), until);
        await consumption.close(1000);
      }
    }, 60_000);

    // The last: nothing answers from here on.
    test('fails plainly, ends in time and names no password when nobody answers', async () => {
      const consumption = work(async () => {});
      await queues.health();
      await store.stop();
      await expect(queues.trainFolds.add([jobOf(0)])).rejects.toThrow(QueueUnavailableError);
      await expect(queues.health()).rejects.toThrow(QueueUnavailableError);
      expect(log.warn).toHaveBeenCalledTimes(1);
      await consumption.close(1000);
      await queues.close();
      const secret = (url: string) => url.replace(/^(\w+:\/\/)[^/]*?([^/@]*)(?=\/|$)/, '$1user:hush-hush@$2');
      const opening = openQueues({
        redisUrl: store.redisUrl && secret(store.redisUrl),
        databaseUrl: secret(store.databaseUrl),
        log,
      });
      const error: Error = await opening.then(
        () => Promise.reject(new Error('It opened.')),
        (reason: Error) => reason,
      );
      expect(error).toBeInstanceOf(QueueUnavailableError);
      expect(error.message).toContain(name === 'Redis' ? 'REDIS_URL' : 'DATABASE_URL');
      expect(error.message).not.toContain('hush-hush');
    }, 60_000);
  });
}
