import { anySpecSchema } from '@holdfast/contracts/any-spec';
import { pageOf, pageQuerySchema, waitSecondsQuery } from '@holdfast/contracts/page';
import { searchPlanSchema, searchSchema } from '@holdfast/contracts/search';
import { tagSchema } from '@holdfast/contracts/search-spec';
import { searchStates } from '@holdfast/contracts/states';
import type { Database } from '@holdfast/db/open-database';
import { cancelSearch, deleteSearch, findSearch, listSearches } from '@holdfast/db/searches';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { answerPolled } from '../answer-polled.ts';
import type { App } from '../app-instance.ts';
import { strongEtag } from '../etag.ts';
import type { Boards } from '../leaderboard/boards.ts';
import { answerOnce, sendAnswer } from '../plugins/idempotency.ts';
import { problemAnswers } from '../plugins/openapi.ts';
import { ProblemError } from '../problem-error.ts';
import { randomId } from '../random-id.ts';
import type { SearchWatch } from '../search-watch.ts';
import { describeSearch } from './describe-search.ts';
import { isOver } from './is-over.ts';
import { refuseNested } from './refuse-nested.ts';
import { createSearchOutcomes } from './search-outcomes.ts';
import { searchNotFound, searchParamsSchema } from './search-params.ts';
import type { Submissions } from './submissions.ts';

interface SearchDeps {
  database: Database;
  boards: Boards;
  watch: SearchWatch;
  submissions: Submissions;
}

const noBodySchema = z.strictObject({}).nullish();

export async function searchRoutes(app: App, { database, boards, watch, submissions }: SearchDeps) {
  const outcomes = createSearchOutcomes(boards, database);

  app.post(
    '/v1/searches',
    {
      config: { invalidBody: 'invalid-search' },
      schema: {
        tags: ['Searches'],
        summary: 'Submit a search',
        description:
          'A data set alone is enough. With "trainer": "external" somebody else trains its trials, by asking and telling. With dryRun=true the plan is answered and nothing is created.',
        operationId: 'createSearch',
        headers: z.looseObject({ 'idempotency-key': z.string().optional() }),
        querystring: z.strictObject({ dryRun: z.enum(['true', 'false']).optional() }),
        body: anySpecSchema,
        response: {
          200: searchPlanSchema.describe('The plan (dryRun=true)'),
          202: searchSchema.describe('Created; its address is in Location'),
          ...problemAnswers(400, 409, 413, 415, 422),
        },
      },
    },
    async (request, reply) => {
      if (request.query.dryRun === 'true') {
        return reply.send(await submissions.plan(request.body));
      }
      const answer = await answerOnce(
        database,
        { request, body: request.body, newId: () => randomId('se') },
        async (id) => {
          const record = await submissions.create({
            id,
            sent: request.body,
            parent: null,
            traceParent: request.traceParent,
          });
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

  app.get(
    '/v1/searches',
    {
      schema: {
        tags: ['Searches'],
        summary: 'Searches, newest first',
        operationId: 'listSearches',
        querystring: pageQuerySchema.extend({
          tag: tagSchema.optional(),
          status: z.enum(searchStates).optional(),
          name: z.string().min(1).max(200).optional().describe('A part of the name, in whatever case.'),
          dataset: z.string().min(1).max(200).optional().describe('The data set’s id.'),
        }),
        response: { 200: pageOf(searchSchema), ...problemAnswers(400) },
      },
    },
    async (request) => {
      const { limit = 50, cursor = null, ...filter } = request.query;
      const { items, nextCursor } = await listSearches(database, { limit, cursor, ...filter });
      const found = await outcomes.ofAll(items);
      return { items: items.map((record, n) => describeSearch(record, found[n] ?? null)), nextCursor };
    },
  );

  app.get(
    '/v1/searches/:id',
    {
      schema: {
        tags: ['Searches'],
        summary: 'One search',
        description:
          'Carries an ETag and honours If-None-Match; waitSeconds holds the answer until something changed.',
        operationId: 'getSearch',
        params: searchParamsSchema,
        querystring: z.strictObject({ waitSeconds: waitSecondsQuery.optional() }),
        response: {
          200: searchSchema,
          304: z.undefined().describe('Nothing changed'),
          ...problemAnswers(400, 404),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      return answerPolled({
        request,
        reply: reply as unknown as FastifyReply,
        watch,
        id,
        waitSeconds: request.query.waitSeconds ?? 0,
        read: async () => {
          const standing = await boards.rank({ search: id });
          if (standing === null) throw searchNotFound(id);
          const { record } = standing;
          return {
            etag: strongEtag(record.revision, id),
            over: isOver(record.status),
            type: 'application/json; charset=utf-8',
            body: JSON.stringify(describeSearch(record, standing)),
          };
        },
      });
    },
  );

  app.post(
    '/v1/searches/:id/cancel',
    {
      schema: {
        tags: ['Searches'],
        summary: 'Cancel a search',
        description:
          'What is finished stays; the rest is cancelled at once, nested cross-validation included. Cancelling twice is no error.',
        operationId: 'cancelSearch',
        params: searchParamsSchema,
        body: noBodySchema,
        response: { 200: searchSchema, ...problemAnswers(400, 404, 409, 415) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const before = await findSearch(database, id);
      if (before === null) throw searchNotFound(id);
      refuseNested(before);
      const cancelled = await cancelSearch(database, id);
      const record = cancelled === 'over' ? await findSearch(database, id) : cancelled;
      if (record === null) throw searchNotFound(id);
      // One that is over may have been scored on its outer folds still.
      if (cancelled === 'over' && record.status !== 'cancelled') {
        throw new ProblemError('conflict', `The search is over: it is ${record.status}.`);
      }
      return describeSearch(record, await outcomes.of(record));
    },
  );

  app.delete(
    '/v1/searches/:id',
    {
      schema: {
        tags: ['Searches'],
        summary: 'Delete a search that is over, with its trials and results',
        operationId: 'deleteSearch',
        params: searchParamsSchema,
        response: { 204: z.undefined().describe('Deleted'), ...problemAnswers(404, 409) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const record = await findSearch(database, id);
      if (record !== null) refuseNested(record);
      const outcome = await deleteSearch(database, id);
      if (outcome === 'absent') throw searchNotFound(id);
      if (outcome === 'running') {
        throw new ProblemError(
          'search-running',
          'The search, or its nested cross-validation, is not over: cancel it first.',
        );
      }
      return reply.code(204).send();
    },
  );
}
