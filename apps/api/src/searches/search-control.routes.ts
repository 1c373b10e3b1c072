import { searchSchema } from '@holdfast/contracts/search';
import { extensionSchema, ownTrialSchema, refinementSchema } from '@holdfast/contracts/search-control';
import { trialSchema } from '@holdfast/contracts/trial';
import type { Database } from '@holdfast/db/open-database';
import { pauseSearch, resumeSearch } from '@holdfast/db/search-control';
import { findSearch, type SearchRecord } from '@holdfast/db/searches';
import { z } from 'zod';
import type { App } from '../app-instance.ts';
import type { Boards } from '../leaderboard/boards.ts';
import { answerOnce, sendAnswer } from '../plugins/idempotency.ts';
import { problemAnswers } from '../plugins/openapi.ts';
import { ProblemError } from '../problem-error.ts';
import { randomId } from '../random-id.ts';
import { findTrial } from '../trials/find-trial.ts';
import { addOwnTrial } from './add-own-trial.ts';
import { createSearch } from './create-search.ts';
import { describeSearch } from './describe-search.ts';
import { extendSearch } from './extend-search.ts';
import { refineSpec } from './refine-search.ts';
import { refuseNested } from './refuse-nested.ts';
import type { SearchLimits } from './search-limits.ts';
import { createSearchOutcomes } from './search-outcomes.ts';
import { searchNotFound, searchParamsSchema } from './search-params.ts';
import { trainedHere } from './trained-here.ts';
import type { LoadTrainingLabels } from './training-labels.ts';

interface ControlDeps {
  database: Database;
  boards: Boards;
  loadLabels: LoadTrainingLabels;
  limits: SearchLimits | undefined;
}

const noBodySchema = z.strictObject({}).nullish();
const keyHeader = z.looseObject({ 'idempotency-key': z.string().optional() });

/** What can be done with a search that is there: pause, resume, extend, own trials, refine. */
export async function searchControlRoutes(app: App, { database, boards, loadLabels, limits }: ControlDeps) {
  const outcomes = createSearchOutcomes(boards, database);
  const describe = async (record: SearchRecord) => describeSearch(record, await outcomes.of(record));

  for (const { verb, act, summary, description } of [
    {
      verb: 'pause',
      act: pauseSearch,
      summary: 'Pause a search',
      description: 'Nothing more is begun; what is being trained is finished. Pausing twice is no error.',
    },
    {
      verb: 'resume',
      act: resumeSearch,
      summary: 'Let a paused search go on',
      description: 'Resuming a search that is not paused is no error.',
    },
  ] as const) {
    app.post(
      `/v1/searches/:id/${verb}`,
      {
        schema: {
          tags: ['Searches'],
          summary,
          description,
          operationId: `${verb}Search`,
          params: searchParamsSchema,
          body: noBodySchema,
          response: { 200: searchSchema, ...problemAnswers(400, 404, 409, 415) },
        },
      },
      async (request) => {
        const { id } = request.params;
        const record = await findSearch(database, id);
        if (record !== null) refuseNested(record);
        const changed = await act(database, id);
        if (changed === null) throw searchNotFound(id);
        if (changed === 'over') {
          const status = (await findSearch(database, id))?.status ?? 'deleted';
          throw new ProblemError('conflict', `The search is over: it is ${status}.`);
        }
        return describe(changed);
      },
    );
  }

  app.post(
    '/v1/searches/:id/extend',
    {
      schema: {
        tags: ['Searches'],
        summary: 'Give a search more trials',
        description:
          'Those that its strategy would have had. No trial is opened again; a search that has completed goes on.',
        operationId: 'extendSearch',
        headers: keyHeader,
        params: searchParamsSchema,
        body: extensionSchema,
        response: { 200: searchSchema, ...problemAnswers(400, 404, 409, 415, 422) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const answer = await answerOnce(
        database,
        { request, body: { id, ...request.body }, newId: () => randomId('rq') },
        async (asked) => {
          const extended = await extendSearch(
            { database, loadLabels, limits },
            id,
            request.body.trials,
            asked,
          );
          return { status: 200, headers: {}, body: JSON.stringify(await describe(extended)) };
        },
      );
      return sendAnswer(reply, answer);
    },
  );

  app.post(
    '/v1/searches/:id/trials',
    {
      schema: {
        tags: ['Trials'],
        summary: 'Add a trial of your own',
        description: 'Into a search that is not over. It is on the board; the strategy does not look at it.',
        operationId: 'addTrial',
        headers: keyHeader,
        params: searchParamsSchema,
        body: ownTrialSchema,
        response: {
          202: trialSchema.describe('Added; its address is in Location'),
          ...problemAnswers(400, 404, 409, 415, 422),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const answer = await answerOnce(
        database,
        { request, body: { id, ...request.body }, newId: () => randomId('rq') },
        async (asked) => {
          const number = await addOwnTrial({ database, loadLabels }, id, request.body, asked);
          const trial = await findTrial(database, id, number);
          if (trial === null) throw searchNotFound(id);
          return {
            status: 202,
            headers: { location: `/v1/searches/${id}/trials/${number}` },
            body: JSON.stringify(trial),
          };
        },
      );
      return sendAnswer(reply, answer);
    },
  );

  app.post(
    '/v1/searches/:id/refine',
    {
      schema: {
        tags: ['Searches'],
        summary: 'Search on around the best trials',
        description:
          'A new search, on the same folds: a grid of narrower ranges around each of the best trials.',
        operationId: 'refineSearch',
        headers: keyHeader,
        params: searchParamsSchema,
        body: refinementSchema,
        response: {
          202: searchSchema.describe('Created; its address is in Location'),
          ...problemAnswers(400, 404, 409, 415, 422),
        },
      },
    },
    async (request, reply) => {
      const { id: parent } = request.params;
      const answer = await answerOnce(
        database,
        { request, body: { parent, ...request.body }, newId: () => randomId('se') },
        async (id) => {
          const standing = await boards.rank({ search: parent });
          const best = await boards.bestTrials({ search: parent, count: request.body.top });
          if (standing === null || best === null) throw searchNotFound(parent);
          refuseNested(standing.record);
          const spec = refineSpec(trainedHere(standing.record, 'Refining'), best, request.body);
          const record = await createSearch(
            { database, loadLabels, limits },
            id,
            spec,
            parent,
            request.traceParent,
          );
          return {
            status: 202,
            headers: { location: `/v1/searches/${id}` },
            body: JSON.stringify(describeSearch(record, null)),
          };
        },
      );
      return sendAnswer(reply, answer);
    },
  );
}
