import type { TrainingJob } from '@holdfast/contracts/jobs';
import type { Processor, Queue, Worker, WorkerOptions } from 'bullmq';

/** The part of BullMQ's Queue that is used, whichever store stands behind it. */
export type TrainFoldsProducer = Pick<
  Queue<TrainingJob, void>,
  'addBulk' | 'getWaitingCount' | 'close' | 'disconnect' | 'waitUntilReady'
> & { on(event: 'error', listener: (error: Error) => void): unknown };

/** The part of BullMQ's Worker that is used, whichever store stands behind it. */
export type TrainFoldsConsumer = Pick<
  Worker<TrainingJob, void>,
  'close' | 'disconnect' | 'pause' | 'run' | 'waitUntilReady'
> & { on(event: 'error', listener: (error: Error) => void): unknown };

export type TrainFoldsProcessor = Processor<TrainingJob, void>;
export type ConsumerOptions = Omit<WorkerOptions, 'connection'>;

/** Redis or Postgres: what BullMQ's two backends differ in. */
export interface QueueStore {
  readonly name: 'Redis' | 'Postgres';
  createProducer(queueName: string): TrainFoldsProducer;
  createConsumer(
    queueName: string,
    process: TrainFoldsProcessor,
    options: ConsumerOptions,
  ): TrainFoldsConsumer;
  /** Ends what producers and consumers share, after they were closed. */
  close(): Promise<void>;
}
