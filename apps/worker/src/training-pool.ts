import { fileURLToPath } from 'node:url';
import type { ResourceLimits, Worker } from 'node:worker_threads';
import type { EngineName } from '@holdfast/core/kernels/engine';
import { Piscina } from 'piscina';
import type { RefitTrialAnswer, RefitTrialTask } from './threads/refit-trial-task.ts';
import type { RetrainFoldAnswer, RetrainFoldTask } from './threads/retrain-fold-task.ts';
import type { TrainFoldAnswer, TrainFoldTask } from './threads/train-fold-task.ts';
import type { ThreadLoaded } from './threads/training.thread.ts';

/** The thread ended under the training (out of memory, process.exit); the pool replaces it. */
interface Died {
  status: 'died';
  reason: string;
}
export type TrainingOutcome = TrainFoldAnswer | Died;

/** Stops one training: at once while it waits for a thread, otherwise at its next look at the flag. */
export interface Cancellation {
  readonly flag: Int32Array;
  readonly signal: AbortSignal;
  cancel(): void;
}

// A training looks at its flag every few milliseconds; one that has not by then never will.
const heedMs = 1500;

export function createCancellation(): Cancellation {
  const flag = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const abort = new AbortController();
  return {
    flag,
    signal: abort.signal,
    cancel: () => {
      Atomics.store(flag, 0, 1);
      abort.abort();
    },
  };
}

type Task = TrainFoldTask | RefitTrialTask | RetrainFoldTask;
type Outcome = TrainFoldAnswer | RefitTrialAnswer | RetrainFoldAnswer | Died;

interface Waiting {
  asked: Asked;
  task: Task;
  cancellation: Cancellation;
  onStart: () => void;
  resolve: (outcome: Outcome) => void;
}

const entry = fileURLToPath(new URL('./threads/training.thread.js', import.meta.url));
/** What a thread can be asked: a name that its entry exports. */
type Asked = 'trainFold' | 'refitTrial' | 'retrainFold';

/**
 * As many threads as asked for, each training one fold run or model at a time, in the order of arrival; fewer while those
 * that run leave too little memory for the next.
 */
export class TrainingPool {
  readonly threads: number;
  readonly #piscina: Piscina<Task, Outcome>;
  readonly #waiting: Waiting[] = [];
  readonly #memoryBytes: number;
  readonly #onRunning: (threads: number) => void;
  /** By their numbers. */
  readonly #loaded = new Set<number>();
  readonly #looking: (() => void)[] = [];
  #running = 0;
  #bytes = 0;

  constructor(options: {
    threads: number;
    /** What trains on every thread. */
    engine: EngineName;
    /** For all trainings that run together. */
    memoryBytes: number;
    resourceLimits?: ResourceLimits;
    onError: (error: Error) => void;
    /** Hears how many threads train whenever that changes. */
    onRunning?: (threads: number) => void;
  }) {
    this.threads = options.threads;
    this.#memoryBytes = options.memoryBytes;
    this.#onRunning = options.onRunning ?? (() => {});
    this.#piscina = new Piscina({
      filename: entry,
      name: 'trainFold' satisfies Asked,
      minThreads: options.threads,
      maxThreads: options.threads,
      // The thread that claims, renews leases and hands results in goes first, and so does the API beside it.
      niceIncrement: 10,
      workerData: options.engine,
      ...(options.resourceLimits && { resourceLimits: options.resourceLimits }),
    });
    // A thread that dies between two trainings is replaced as well.
    this.#piscina.on('error', options.onError);
    this.#piscina.on('message', ({ loaded }: ThreadLoaded) => this.#loaded.add(loaded));
    for (const change of ['message', 'error', 'workerDestroy'])
      this.#piscina.on(change, () => {
        for (const look of this.#looking.splice(0)) look();
      });
  }

  get running(): number {
    return this.#running;
  }

  /** Never rejects. `onStart` is called when a thread takes the task. */
  train(task: TrainFoldTask, cancellation: Cancellation, onStart: () => void): Promise<TrainingOutcome> {
    return this.#enqueue('trainFold', task, cancellation, onStart) as Promise<TrainingOutcome>;
  }

  /** Never rejects. */
  refit(task: RefitTrialTask, cancellation: Cancellation): Promise<RefitTrialAnswer | Died> {
    return this.#enqueue('refitTrial', task, cancellation, () => {}) as Promise<RefitTrialAnswer | Died>;
  }

  /** Never rejects. */
  retrain(task: RetrainFoldTask, cancellation: Cancellation): Promise<RetrainFoldAnswer | Died> {
    return this.#enqueue('retrainFold', task, cancellation, () => {}) as Promise<RetrainFoldAnswer | Died>;
  }

  async close(): Promise<void> {
    for (const { resolve } of this.#waiting.splice(0)) resolve({ status: 'cancelled' });
    await this.#untilLoaded();
    await this.#piscina.destroy();
  }

  /** A thread must not be ended while it loads its modules: Node 20 then aborts the whole process. */
  async #untilLoaded(): Promise<void> {
    // A thread that has ended has the number −1.
    const isLoading = ({ threadId }: Worker) => threadId !== -1 && !this.#loaded.has(threadId);
    while (this.#piscina.threads.some(isLoading))
      await new Promise<void>((resolve) => this.#looking.push(resolve));
  }

  #enqueue(asked: Asked, task: Task, cancellation: Cancellation, onStart: () => void): Promise<Outcome> {
    return new Promise((resolve) => {
      const waiting = { asked, task, cancellation, onStart, resolve };
      this.#waiting.push(waiting);
      cancellation.signal.addEventListener(
        'abort',
        () => {
          const place = this.#waiting.indexOf(waiting);
          if (place === -1) return;
          this.#waiting.splice(place, 1);
          resolve({ status: 'cancelled' });
        },
        { once: true },
      );
      this.#startNext();
    });
  }

  #startNext(): void {
    while (this.#running < this.threads) {
      const next = this.#waiting[0];
      if (next === undefined) return;
      const { bytes } = next.task;
      // One alone always runs: whether it fits at all is decided before it comes here.
      if (this.#running > 0 && this.#bytes + bytes > this.#memoryBytes) return;
      this.#waiting.shift();
      this.#running += 1;
      this.#onRunning(this.#running);
      this.#bytes += bytes;
      next.onStart();
      void this.#run(next).then((outcome) => {
        this.#running -= 1;
        this.#onRunning(this.#running);
        this.#bytes -= bytes;
        this.#startNext();
        next.resolve(outcome);
      });
    }
  }

  async #run({ asked, task, cancellation }: Waiting): Promise<Outcome> {
    if (cancellation.signal.aborted) return { status: 'cancelled' };
    const ending = new AbortController();
    let deadline: NodeJS.Timeout | undefined;
    let over = false;
    const onCancel = async () => {
      await this.#untilLoaded();
      if (!over) deadline = setTimeout(() => ending.abort(), heedMs);
    };
    cancellation.signal.addEventListener('abort', onCancel, { once: true });
    try {
      return await this.#piscina.run(task, { name: asked, signal: ending.signal });
    } catch (error) {
      if (ending.signal.aborted) return { status: 'cancelled' };
      return { status: 'died', reason: `The training's thread ended: ${(error as Error).message}` };
    } finally {
      over = true;
      clearTimeout(deadline);
      cancellation.signal.removeEventListener('abort', onCancel);
    }
  }
}
