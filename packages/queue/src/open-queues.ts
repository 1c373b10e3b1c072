import { type TrainingJob, trainingJobSchema } from '@holdfast/contracts/jobs';
import { consumeTrainFolds, type TrainFoldsConsumption, type TrainFoldsWork } from './consume-train-folds.ts';
import { Outage, type OutageLog } from './outage.ts';
import { openPostgresStore } from './postgres-store.ts';
import { queueName } from './queue-tables.ts';
import { openRedisStore } from './redis-store.ts';
import { QueueUnavailableError, within } from './within.ts';

export interface QueueSettings {
  /** Redis where it is given; otherwise the queue stands in the database. */
  redisUrl: string | null;
  databaseUrl: string;
  /** Hears once of each outage and of its end; the console unless given. */
  log?: OutageLog;
}

export interface Queues {
  trainFolds: {
    /**
     * Adds all jobs in one round trip, `first` before all that wait. Throws QueueUnavailableError after 5 s: they may
     * still arrive, or not.
     */
    add(jobs: readonly TrainingJob[], options?: { first?: boolean }): Promise<void>;
    /** Jobs that no worker has taken yet. Throws QueueUnavailableError after 2 s. */
    waiting(): Promise<number>;
    work(work: TrainFoldsWork): TrainFoldsConsumption;
  };
  /** Throws QueueUnavailableError where the queue does not answer. */
  health(): Promise<void>;
  /** Ends within some 2 s, also while the store is down. */
  close(): Promise<void>;
}

const readyMs = 5000;
const addMs = 5000;
const askMs = 2000;
const closeMs = 2000;

/** Attempts are counted in Postgres, and a finished job has nothing to tell. */
const jobOptions = { attempts: 1, removeOnComplete: true, removeOnFail: true };

/**
 * The queues on Redis, or on Postgres where there is no Redis. The queue only delivers: what it loses is
 * published again from Postgres.
 * @throws QueueUnavailableError, without credentials in its message, where the store does not answer.
 */
export async function openQueues({ redisUrl, databaseUrl, log = console }: QueueSettings): Promise<Queues> {
  const outage = new Outage(redisUrl === null ? 'Postgres' : 'Redis', log);
  const url = redisUrl ?? databaseUrl;
  let lastError: Error | null = null;
  let opened = false;
  const failed = (error: Error) => {
    lastError = error;
    if (opened) outage.failed(error);
  };
  const unavailable = (error: unknown) =>
    new QueueUnavailableError(
      `No queue at ${placeOf(url)} (${redisUrl === null ? 'DATABASE_URL' : 'REDIS_URL'}): ${(lastError ?? (error as Error)).message}`,
      { cause: error },
    );

  const store =
    redisUrl === null
      ? await openPostgresStore(databaseUrl, failed).catch((error) => Promise.reject(unavailable(error)))
      : openRedisStore(redisUrl);
  const producer = store.createProducer(queueName);
  producer.on('error', failed);
  try {
    await within(readyMs, 'connect', producer.waitUntilReady());
  } catch (error) {
    await within(closeMs, 'disconnect', producer.disconnect()).catch(() => {});
    await store.close();
    throw unavailable(error);
  }
  opened = true;

  async function ask<T>(milliseconds: number, doing: string, work: Promise<T>): Promise<T> {
    try {
      const answer = await within(milliseconds, doing, work);
      outage.answered();
      return answer;
    } catch (error) {
      outage.failed(error as Error);
      if (error instanceof QueueUnavailableError) throw error;
      throw new QueueUnavailableError(`The queue failed (${doing}): ${(error as Error).message}`, {
        cause: error,
      });
    }
  }

  const waiting = () => ask(askMs, 'waiting jobs', producer.getWaitingCount());

  return {
    trainFolds: {
      async add(jobs, { first = false } = {}) {
        if (jobs.length === 0) return;
        const checked = jobs.map((job) => ({
          name: queueName,
          data: trainingJobSchema.parse(job),
          opts: first ? { ...jobOptions, lifo: true } : jobOptions,
        }));
        await ask(addMs, 'add', producer.addBulk(checked));
      },
      waiting,
      work: (work) => consumeTrainFolds(store, queueName, outage, waiting, work),
    },
    async health() {
      await waiting();
    },
    async close() {
      await within(closeMs, 'close', producer.close()).catch(() =>
        within(500, 'disconnect', producer.disconnect()).catch(() => {}),
      );
      await within(closeMs, 'close', store.close()).catch(() => {});
    },
  };
}

function placeOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'the address given';
}
