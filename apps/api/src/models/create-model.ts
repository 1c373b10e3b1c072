import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { findDataset } from '@holdfast/db/datasets';
import { findModel, insertModel, type ModelRecord } from '@holdfast/db/models';
import type { Database } from '@holdfast/db/open-database';
import { loadTrial, type TrialRecord } from '@holdfast/db/trials';
import type { AssessedStanding, Boards } from '../leaderboard/boards.ts';
import { ProblemError } from '../problem-error.ts';
import { refuseNested } from '../searches/refuse-nested.ts';
import { searchNotFound } from '../searches/search-params.ts';
import { trainedHere } from '../searches/trained-here.ts';

/**
 * Queues the final model of a trial, of the recommended one unless given; gives back what is there where `id` was made
 * before. The search may still go on: a completed trial never changes.
 * @throws ProblemError where there is no such search or trial, or the trial is not completed
 */
export async function createModel(
  { database, boards }: { database: Database; boards: Boards },
  id: string,
  { search, trial: asked }: { search: string; trial: number | undefined },
): Promise<ModelRecord> {
  const made = await findModel(database, id);
  if (made !== null) return made;
  const standing = await boards.assess({ search });
  if (standing === null) throw searchNotFound(search);
  const { head } = standing;
  const record = trainedHere(standing.record, 'A final model');
  refuseNested(record);
  const number = asked ?? head.recommended?.trial;
  if (number === undefined) {
    throw new ProblemError(
      'conflict',
      `No trial has a score yet, so none is recommended: the search is ${record.status}. Name one, or wait.`,
    );
  }
  const trial = await findCompleted(database, search, number);
  const dataset = await findDataset(database, record.datasetId);
  if (dataset === null) throw searchNotFound(search);
  const items = await boards.items({ search, trials: [number] });
  const score = items?.find((item) => item.trial === number)?.score;
  const { seed, earlyStopping, refit, objective } = record.spec;
  return insertModel(database, {
    id,
    searchId: search,
    trial: number,
    datasetId: dataset.id,
    description: {
      dataset: { id: dataset.id, name: dataset.name, digest: dataset.digest },
      task: dataset.task,
      target: dataset.target,
      classes: dataset.classes,
      features: dataset.features,
      params: trial.params as Hyperparameters,
      weightCount: trial.weightCount!,
      rows: dataset.rows.train,
      validation: {
        metric: objective.metric,
        mean: score?.mean ?? null,
        standardError: score?.standardError ?? null,
        corrected: correctedOf(head, number),
      },
    },
    training: {
      seed,
      earlyStopping,
      refit,
      foldEpochs: trial.folds.flatMap(({ epochs }) => epochs ?? []),
    },
  });
}

async function findCompleted(database: Database, search: string, number: number): Promise<TrialRecord> {
  const trial = await loadTrial(database, search, number);
  if (trial === null) {
    const message = `There is no trial ${number} in ${search}.`;
    throw new ProblemError('not-found', message, { errors: [{ pointer: '/trial', message }] });
  }
  if (trial.status === 'completed') return trial;
  const message = `Trial ${number} is ${trial.status}; a model is made of a completed one.`;
  throw new ProblemError('conflict', message, { errors: [{ pointer: '/trial', message }] });
}

function correctedOf({ corrected }: AssessedStanding['head'], trial: number): number | null {
  return corrected?.trial === trial ? corrected.score : null;
}
