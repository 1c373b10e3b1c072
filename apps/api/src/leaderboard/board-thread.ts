import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { ProblemType } from '@holdfast/contracts/problem';
import { ProblemError } from '../problem-error.ts';
import type { BoardTasks, TaskAnswer, TaskMessage } from './board-tasks.ts';

interface Waiting {
  resolve: (value: never) => void;
  reject: (error: Error) => void;
}

// By the package's own name: the built file, also where tests run the sources.
const entry = createRequire(import.meta.url).resolve('@holdfast/api/leaderboard/boards.thread');

/**
 * The thread that reads, ranks and resamples boards, with connections of its own. It starts with the first task; where it
 * dies, what waits for it fails, and the next task starts another.
 */
export class BoardThread {
  readonly #databaseUrl: string;
  readonly #waiting = new Map<number, Waiting>();
  #thread: Worker | null = null;
  #last = 0;

  constructor(databaseUrl: string) {
    this.#databaseUrl = databaseUrl;
  }

  /** @throws ProblemError as the task does */
  run<Task extends keyof BoardTasks>(
    task: Task,
    input: Parameters<BoardTasks[Task]>[0],
  ): ReturnType<BoardTasks[Task]> {
    const id = ++this.#last;
    const answer = new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#started().postMessage({ id, task, input } satisfies TaskMessage);
    });
    return answer as ReturnType<BoardTasks[Task]>;
  }

  async close(): Promise<void> {
    await this.#thread?.terminate();
  }

  #started(): Worker {
    if (this.#thread) return this.#thread;
    const thread = new Worker(entry, { workerData: { databaseUrl: this.#databaseUrl } });
    this.#thread = thread;
    let cause: unknown;
    thread.on('message', (answer: TaskAnswer) => this.#settle(answer));
    thread.on('error', (error) => {
      cause = error;
    });
    thread.on('exit', () => {
      if (this.#thread === thread) this.#thread = null;
      const error = new ProblemError('unavailable', 'The thread that ranks boards ended. Try again.', {
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
