import type { TrainingJob } from '@holdfast/contracts/jobs';
import { Queue, type RedisOptions, Worker } from 'bullmq';
import type { QueueStore } from './queue-store.ts';

/** @param url `redis://` or `rediss://`, with credentials and a database number where needed. */
export function openRedisStore(url: string): QueueStore {
  const retryStrategy = (times: number) => Math.min(50 * times, 1000);
  // A command to a Redis that is down fails after some reconnects: it must not be sent minutes later.
  const producing: RedisOptions = { url, retryStrategy, connectTimeout: 5000, maxRetriesPerRequest: 3 };
  const consuming: RedisOptions = { url, retryStrategy, connectTimeout: 5000, maxRetriesPerRequest: null };
  return {
    name: 'Redis',
    createProducer: (queueName) => new Queue<TrainingJob, void>(queueName, { connection: producing }),
    createConsumer: (queueName, process, options) =>
      new Worker<TrainingJob, void>(queueName, process, { ...options, connection: consuming }),
    close: async () => {},
  };
}
