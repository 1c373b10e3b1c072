import { nestedSchema } from '@holdfast/contracts/nested';
import { waitSecondsQuery } from '@holdfast/contracts/page';
import type { Database } from '@holdfast/db/open-database';
import { findSearch, listNested } from '@holdfast/db/searches';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { answerPolled } from '../answer-polled.ts';
import type { App } from '../app-instance.ts';
import { strongEtag } from '../etag.ts';
import type { Boards } from '../leaderboard/boards.ts';
import { problemAnswers } from '../plugins/openapi.ts';
import { ProblemError } from '../problem-error.ts';
import type { SearchWatch } from '../search-watch.ts';
import { isOver } from '../searches/is-over.ts';
import { searchNotFound, searchParamsSchema } from '../searches/search-params.ts';
import { trainedHere } from '../searches/trained-here.ts';
import { createNestedDescriber } from './describe-nested.ts';

export async function nestedRoutes(
  app: App,
  { database, boards, watch }: { database: Database; boards: Boards; watch: SearchWatch },
) {
  const describe = createNestedDescriber({ database, boards });

  app.get(
    '/v1/searches/:id/nested',
    {
      schema: {
        tags: ['Searches'],
        summary: 'What the whole search procedure scores on rows that it never saw',
        description:
          'Of a search with crossValidation.outer: for each outer fold what the search chose without it, and what that scores on it. Carries an ETag and honours If-None-Match; waitSeconds holds the answer until something changed.',
        operationId: 'getNested',
        params: searchParamsSchema,
        querystring: z.strictObject({ waitSeconds: waitSecondsQuery.optional() }),
        response: {
          200: nestedSchema,
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
          const main = await findSearch(database, id);
          if (main === null) throw searchNotFound(id);
          const nested = await listNested(database, id);
          if (nested.length === 0) {
            throw new ProblemError(
              'not-found',
              'The search has no outer folds. Submit it with "crossValidation": { "outer": { "folds": 5 }, … }.',
            );
          }
          // Each only rises.
          const revision = nested.reduce((sum, record) => sum + record.revision, 0);
          const described = await describe(trainedHere(main, 'Nesting'), nested);
          return {
            etag: strongEtag(revision, `${id} nested`),
            over: isOver(described.status),
            type: 'application/json; charset=utf-8',
            body: JSON.stringify(described),
          };
        },
      });
    },
  );
}
