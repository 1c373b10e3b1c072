import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { ProblemType } from '@holdfast/contracts/problem';
import { ProblemError } from './problem-error.ts';
import type { TaskAnswer, TaskMessage } from './serve-tasks.ts';

interface Waiting {
  resolve: (value: never) => void;
  reject: (error: Error) => void;
}

/**
 * A thread of the API that does what would hold up every other answer, with connections of its own. It starts with the
 * first task, or when told; where it dies, what waits for it fails, and the next task starts another.
 */
export class TaskThread<Tasks extends { [Name in keyof Tasks]: (input: never) => Promise<unknown> }> {
  readonly #entry: string;
  readonly #purpose: string;
  readonly #workerData: unknown;
  readonly #waiting = new Map<number, Waiting>();
  #thread: Worker | null = null;
  #last = 0;

  /**
   * @param options.module by the package's own name, so that it is the built file, also where tests run the sources
   * @param options.purpose what the thread does, as in "The thread that … ended"
   */
  constructor(options: { module: string; purpose: string; workerData: unknown }) {
    this.#entry = createRequire(import.meta.url).resolve(options.module);
    this.#purpose = options.purpose;
    this.#workerData = options.workerData;
  }

  /** Starts it before it is needed: to load what it runs takes half a second. */
  start(): void {
    this.#started();
  }

  /** @throws ProblemError as the task does */
  run<Task extends keyof Tasks & string>(
    task: Task,
    input: Parameters<Tasks[Task]>[0],
  ): ReturnType<Tasks[Task]> {
    const id = ++this.#last;
    const answer = new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#started().postMessage({ id, task, input } satisfies TaskMessage);
    });
    return answer as ReturnType<Tasks[Task]>;
  }

  async close(): Promise<void> {
    await this.#thread?.terminate();
  }

  #started(): Worker {
    if (this.#thread) return this.#thread;
    const thread = new Worker(this.#entry, { workerData: this.#workerData });
    this.#thread = thread;
    let cause: unknown;
    thread.on('message', (answer: TaskAnswer) => this.#settle(answer));
    thread.on('error', (error) => {
      cause = error;
    });
    thread.on('exit', () => {
      if (this.#thread === thread) this.#thread = null;
      const error = new ProblemError('unavailable', `The thread that ${this.#purpose} ended. Try again.`, {
        headers: { 'retry-after': '2' },
        cause,
      });
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    });
    return thread;
  }

  #settle(answer: TaskAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (waiting === undefined) return;
    if ('value' in answer) waiting.resolve(answer.value as never);
    else if ('problem' in answer) {
      const { type, detail, errors } = answer.problem;
      const headers = type === 'unavailable' ? { 'retry-after': '2' } : undefined;
      waiting.reject(new ProblemError(type as ProblemType, detail, { errors, ...(headers && { headers }) }));
    } else waiting.reject(Object.assign(new Error(answer.error.message), answer.error));
  }
}
