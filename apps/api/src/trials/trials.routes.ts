import { pageQuerySchema, pageOf as pageSchemaOf } from '@holdfast/contracts/page';
import { trialStates } from '@holdfast/contracts/states';
import { outOfFoldSchema, trialSchema } from '@holdfast/contracts/trial';
import type { Database } from '@holdfast/db/open-database';
import { z } from 'zod';
import type { App } from '../app-instance.ts';
import type { Boards } from '../leaderboard/boards.ts';
import { problemAnswers } from '../plugins/openapi.ts';
import { ProblemError } from '../problem-error.ts';
import { searchNotFound, searchParamsSchema } from '../searches/search-params.ts';
import type { LoadTrainingLabels } from '../searches/training-labels.ts';
import { findTrial } from './find-trial.ts';
import { pageOutOfFold } from './page-out-of-fold.ts';
import { trialSummarySchema } from './trial-summary.ts';

const trialParamsSchema = searchParamsSchema.extend({
  trial: z.string().describe('The trial’s number, from 0'),
});

interface TrialDeps {
  database: Database;
  boards: Boards;
  loadLabels: LoadTrainingLabels;
}

export async function trialRoutes(app: App, { database, boards, loadLabels }: TrialDeps) {
  app.get(
    '/v1/searches/:id/trials',
    {
      schema: {
        tags: ['Trials'],
        summary: 'Trials by number, without curves',
        operationId: 'listTrials',
        params: searchParamsSchema,
        querystring: pageQuerySchema.extend({ status: z.enum(trialStates).optional() }),
        response: { 200: pageSchemaOf(trialSummarySchema), ...problemAnswers(400, 404) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { limit = 50, cursor, status } = request.query;
      const page = await boards.pageTrials({ search: id, status, limit, cursor });
      if (page === null) throw searchNotFound(id);
      return page;
    },
  );

  app.get(
    '/v1/searches/:id/trials/:trial',
    {
      schema: {
        tags: ['Trials'],
        summary: 'One trial: all of its hyperparameters and folds, with learning curves',
        operationId: 'getTrial',
        params: trialParamsSchema,
        response: { 200: trialSchema, ...problemAnswers(404) },
      },
    },
    async (request) => {
      const { id, trial } = request.params;
      const found = await findTrial(database, id, numberOf(trial));
      if (found === null) throw trialNotFound(id, trial);
      return found;
    },
  );

  app.get(
    '/v1/searches/:id/trials/:trial/predictions',
    {
      schema: {
        tags: ['Trials'],
        summary: 'Out-of-fold predictions',
        description: 'For each training row, what the model said that was trained without it.',
        operationId: 'getOutOfFoldPredictions',
        params: trialParamsSchema,
        querystring: pageQuerySchema,
        response: { 200: outOfFoldSchema, ...problemAnswers(400, 404, 409) },
      },
    },
    async (request) => {
      const { id, trial } = request.params;
      const { limit = 50, cursor } = request.query;
      const page = await pageOutOfFold({ database, loadLabels }, id, numberOf(trial), { limit, cursor });
      if (page === null) throw trialNotFound(id, trial);
      return page;
    },
  );
}

/** −1, which no trial has, for what is not a number. */
function numberOf(text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : -1;
}

function trialNotFound(search: string, trial: string): ProblemError {
  return new ProblemError(
    'not-found',
    `There is no trial ${JSON.stringify(trial)} in ${JSON.stringify(search)}.`,
  );
}
