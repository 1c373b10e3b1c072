import { parentPort, workerData } from 'node:worker_threads';
import { isDatabaseUnreachable } from '@holdfast/db/database-unreachable';
import { openDatabase } from '@holdfast/db/open-database';
import { ProblemError } from '../problem-error.ts';
import type { BoardTasks, TaskAnswer, TaskMessage } from './board-tasks.ts';
import { createBoardTasks } from './kept-boards.ts';

// The entry of the API's one thread of boards: ranking ten thousand trials, or resampling a thousand, would hold up
// every other answer.
const { databaseUrl } = workerData as { databaseUrl: string };
const tasks = createBoardTasks(openDatabase({ url: databaseUrl, name: 'holdfast-boards', poolSize: 2 }));

parentPort?.on('message', ({ id, task, input }: TaskMessage) => {
  const run = tasks[task] as (given: unknown) => ReturnType<BoardTasks[typeof task]>;
  run(input)
    .then((value): TaskAnswer => ({ id, value }))
    .catch((error: unknown): TaskAnswer => ({ id, ...describeError(error) }))
    .then((answer) => parentPort?.postMessage(answer));
});

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
