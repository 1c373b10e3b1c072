import { datasetSchema } from '@holdfast/contracts/dataset';
import {
  budgetRequestSchema,
  revealRequestSchema,
  revealSchema,
  revealsSchema,
} from '@holdfast/contracts/reveal';
import { findDataset } from '@holdfast/db/datasets';
import type { Database } from '@holdfast/db/open-database';
import { listReveals, raiseRevealBudget } from '@holdfast/db/reveals';
import { findSearch } from '@holdfast/db/searches';
import { z } from 'zod';
import type { App } from '../app-instance.ts';
import type { Boards } from '../leaderboard/boards.ts';
import { answerOnce, sendAnswer } from '../plugins/idempotency.ts';
import { problemAnswers } from '../plugins/openapi.ts';
import { ProblemError } from '../problem-error.ts';
import { randomId } from '../random-id.ts';
import { searchNotFound, searchParamsSchema } from '../searches/search-params.ts';
import { createReveal } from './create-reveal.ts';

const keyHeader = z.looseObject({ 'idempotency-key': z.string().optional() });

export async function revealRoutes(app: App, deps: { database: Database; boards: Boards }) {
  const { database } = deps;
  // One after the other: they would wait for the same row, each with a connection that all others need.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => {});
    return turn;
  };

  app.post(
    '/v1/searches/:id/reveal',
    {
      config: { scope: 'reveal' },
      schema: {
        tags: ['Locked test set'],
        summary: 'Test trials on the locked rows, once',
        description:
          'Spends the budget of the rows, one for each trial. Which trials are meant is written to the ledger first; then the evaluator trains them on all training rows and evaluates each once. On a ladder each is a submission, answered with the best accuracy so far.',
        operationId: 'createReveal',
        headers: keyHeader,
        params: searchParamsSchema,
        body: revealRequestSchema.nullish(),
        response: {
          202: revealSchema.describe('Ordered; GET …/reveals has the result'),
          ...problemAnswers(400, 404, 409, 415, 422),
        },
      },
    },
    async (request, reply) => {
      const { id: search } = request.params;
      const body = request.body ?? {};
      const answer = await answerOnce(
        database,
        { request, body: { search, ...body }, newId: () => randomId('rv') },
        async (id) => {
          const reveal = await inTurn(() => createReveal(deps, id, search, body.trials));
          return {
            status: 202,
            headers: { location: `/v1/searches/${search}/reveals` },
            body: JSON.stringify(reveal),
          };
        },
      );
      return sendAnswer(reply, answer);
    },
  );

  app.get(
    '/v1/searches/:id/reveals',
    {
      schema: {
        tags: ['Locked test set'],
        summary: 'What the locked rows have shown of this search, newest first',
        operationId: 'listReveals',
        params: searchParamsSchema,
        response: { 200: revealsSchema, ...problemAnswers(400, 404) },
      },
    },
    async (request) => {
      const { id } = request.params;
      if ((await findSearch(database, id)) === null) throw searchNotFound(id);
      return { items: await listReveals(database, id) };
    },
  );

  app.put(
    '/v1/datasets/:dataset/reveal-budget',
    {
      config: { scope: 'admin' },
      schema: {
        tags: ['Locked test set'],
        summary: 'Raise the budget of a data set’s test rows',
        description:
          'It belongs to the rows: other data sets that have them get it too. Written to the ledger.',
        operationId: 'raiseRevealBudget',
        params: z.strictObject({ dataset: z.string().min(1) }),
        body: budgetRequestSchema,
        response: { 200: datasetSchema, ...problemAnswers(400, 404, 409, 415) },
      },
    },
    async (request) => {
      const found = await findDataset(database, request.params.dataset);
      if (found === null) throw new ProblemError('not-found', 'There is no data set with this id or name.');
      const outcome = await raiseRevealBudget(database, found.id, request.body.revealBudget);
      if (outcome === 'no-test') throw new ProblemError('conflict', 'The data set has no locked test rows.');
      if (outcome === 'lower')
        throw new ProblemError(
          'conflict',
          `A budget can only be raised; it is ${found.test.revealBudget} now.`,
        );
      return (await findDataset(database, found.id)) ?? found;
    },
  );
}
