import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Database } from '@holdfast/db/open-database';
import type { OwnSearchRecord } from '@holdfast/db/searches';
import { loadTrial } from '@holdfast/db/trials';
import type { Boards } from '../leaderboard/boards.ts';
import { ProblemError } from '../problem-error.ts';

/** @throws ProblemError where there is no such trial, or none is recommended yet */
export async function chooseLearningTrial(
  { database, boards }: { database: Database; boards: Boards },
  { id }: OwnSearchRecord,
  asked: number | undefined,
): Promise<{ trial: number; params: Hyperparameters }> {
  const trial = asked ?? (await boards.assess({ search: id }))?.head.recommended?.trial;
  if (trial === undefined) {
    throw new ProblemError('conflict', 'No trial has a score yet: there is none to recommend. Name one.');
  }
  const found = await loadTrial(database, id, trial);
  if (found === null) {
    const message = `There is no trial ${trial} in this search.`;
    throw new ProblemError('not-found', message, { errors: [{ pointer: '/trial', message }] });
  }
  return { trial, params: found.params as Hyperparameters };
}
