import { constants, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { isDatabaseUnreachable } from '@holdfast/db/database-unreachable';
import { ProblemError } from './problem-error.ts';

export interface TaskMessage {
  id: number;
  task: string;
  input: unknown;
}

export type TaskAnswer =
  | { id: number; value: unknown }
  | { id: number; problem: { type: string; detail: string; errors: { pointer: string; message: string }[] } }
  | { id: number; error: { name: string; message: string; stack: string | undefined; code: unknown } };

/** On a thread that a `TaskThread` has started: does the tasks that it asks for, several at a time. */
export function serveTasks(tasks: object): void {
  // There a priority is the thread's: the one that answers everybody goes first. Elsewhere it would be the process's.
  if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  parentPort?.on('message', ({ id, task, input }: TaskMessage) => {
    const run = (tasks as Record<string, (given: unknown) => Promise<unknown>>)[task]!;
    run(input)
      .then((value): TaskAnswer => ({ id, value }))
      .catch((error: unknown): TaskAnswer => ({ id, ...describeError(error) }))
      .then((answer) => parentPort?.postMessage(answer));
  });
}

/** A clone of an error would lose what it is. */
function describeError(error: unknown) {
  if (error instanceof ProblemError) {
    return { problem: { type: error.type, detail: error.message, errors: error.errors ?? [] } };
  }
  if (isDatabaseUnreachable(error)) {
    return {
      problem: { type: 'unavailable', detail: 'The database does not answer. Try again.', errors: [] },
    };
  }
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const { code } = error as { code?: unknown };
  return { error: { name, message, stack, code: typeof code === 'string' ? code : undefined } };
}
