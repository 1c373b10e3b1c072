import { leaderboardSchema } from '@holdfast/contracts/leaderboard';
import { pageQuerySchema, waitSecondsQuery } from '@holdfast/contracts/page';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { answerPolled } from '../answer-polled.ts';
import type { App } from '../app-instance.ts';
import { problemAnswers } from '../plugins/openapi.ts';
import type { SearchWatch } from '../search-watch.ts';
import { searchParamsSchema } from '../searches/search-params.ts';
import type { BoardTexts } from './board-texts.ts';
import type { Boards } from './boards.ts';
import { viewQuerySchema } from './view-query.ts';

const leaderboardQuerySchema = viewQuerySchema.extend({
  ...pageQuerySchema.shape,
  waitSeconds: waitSecondsQuery.optional().describe('Holds the answer until something changed.'),
});
const csvQuerySchema = viewQuerySchema.extend({
  columns: z.literal('cv_results').optional().describe('Columns named as in scikit-learn’s cv_results_.'),
});

export async function leaderboardRoutes(
  app: App,
  deps: { boards: Boards; texts: BoardTexts; watch: SearchWatch },
) {
  const { boards, texts, watch } = deps;

  app.get(
    '/v1/searches/:id/leaderboard',
    {
      schema: {
        tags: ['Leaderboard'],
        summary: 'The leaderboard',
        description:
          'Ranked are completed trials with a score; then, with rank null, the others by number. Carries an ETag and honours If-None-Match.',
        operationId: 'getLeaderboard',
        params: searchParamsSchema,
        querystring: leaderboardQuerySchema,
        response: {
          200: leaderboardSchema,
          304: z.undefined().describe('Nothing changed'),
          ...problemAnswers(400, 404),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { metric, sort, where, limit = 50, cursor, waitSeconds = 0 } = request.query;
      const view = { sort, where: [where ?? []].flat() };
      const representation = JSON.stringify([id, 'leaderboard', metric, view, limit, cursor]);
      return answerPolled({
        request,
        reply: reply as unknown as FastifyReply,
        watch,
        id,
        waitSeconds,
        read: async () => {
          const page = { limit, cursor };
          const shown = await texts.show({ search: id, metric }, representation, () =>
            boards.writePage({ search: id, metric, view, page }),
          );
          return { ...shown, type: 'application/json; charset=utf-8' };
        },
      });
    },
  );

  app.get(
    '/v1/searches/:id/leaderboard.csv',
    {
      schema: {
        tags: ['Leaderboard'],
        summary: 'The leaderboard as CSV, all of it',
        operationId: 'getLeaderboardCsv',
        params: searchParamsSchema,
        querystring: csvQuerySchema,
        response: {
          200: { description: 'CSV with a header row', content: { 'text/csv': { schema: z.string() } } },
          304: z.undefined().describe('Nothing changed'),
          ...problemAnswers(400, 404),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { metric, sort, where, columns } = request.query;
      const view = { sort, where: [where ?? []].flat() };
      const representation = JSON.stringify([id, 'csv', metric, view, columns]);
      reply.header('content-disposition', `attachment; filename="${id}.csv"`);
      return answerPolled({
        request,
        reply: reply as unknown as FastifyReply,
        watch,
        id,
        waitSeconds: 0,
        read: async () => {
          const shown = await texts.show({ search: id, metric }, representation, () =>
            boards.writeCsv({ search: id, metric, view, columns }),
          );
          return { ...shown, type: 'text/csv; charset=utf-8' };
        },
      });
    },
  );
}
