import { leaderboardSchema } from '@holdfast/contracts/leaderboard';
import type { Metric } from '@holdfast/contracts/metrics';
import { pageQuerySchema, waitSecondsQuery } from '@holdfast/contracts/page';
import { cvResultsCsv, leaderboardCsv } from '@holdfast/search/leaderboard/leaderboard-csv';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { answerPolled } from '../answer-polled.ts';
import type { App } from '../app-instance.ts';
import { strongEtag } from '../etag.ts';
import { LeastRecentlyUsed } from '../least-recently-used.ts';
import { pageOf } from '../offset-cursor.ts';
import { problemAnswers } from '../plugins/openapi.ts';
import type { SearchWatch } from '../search-watch.ts';
import { isOver } from '../searches/is-over.ts';
import { searchNotFound, searchParamsSchema } from '../searches/search-params.ts';
import type { Boards } from './boards.ts';
import type { Board } from './load-board.ts';
import { viewBoard } from './view-board.ts';
import { viewQuerySchema } from './view-query.ts';

const leaderboardQuerySchema = viewQuerySchema.extend({
  ...pageQuerySchema.shape,
  waitSeconds: waitSecondsQuery.optional().describe('Holds the answer until something changed.'),
});
const csvQuerySchema = viewQuerySchema.extend({
  columns: z.literal('cv_results').optional().describe('Columns named as in scikit-learn’s cv_results_.'),
});

/** Pages as text, by their ETag: what a thousand clients poll is written out once. */
const keptPages = 8 * 1024 * 1024;

export async function leaderboardRoutes(app: App, { boards, watch }: { boards: Boards; watch: SearchWatch }) {
  const pages = new LeastRecentlyUsed<string>(keptPages);

  async function readBoard(search: string, metric: Metric | undefined): Promise<Board> {
    const board = await boards.read(search, metric);
    if (board === null) throw searchNotFound(search);
    return board;
  }

  function writeOnce(etag: string, write: () => string): string {
    const known = pages.get(etag);
    if (known !== undefined) return known;
    const written = write();
    pages.set(etag, written, written.length);
    return written;
  }

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
        search: id,
        waitSeconds,
        read: async () => {
          const board = await readBoard(id, metric);
          const etag = strongEtag(board.record.revision, representation);
          const body = writeOnce(etag, () =>
            JSON.stringify({ ...board.head, ...pageOf(viewBoard(board, view), { limit, cursor }) }),
          );
          return { etag, over: isOver(board.record.status), type: 'application/json; charset=utf-8', body };
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
        search: id,
        waitSeconds: 0,
        read: async () => {
          const board = await readBoard(id, metric);
          const etag = strongEtag(board.record.revision, representation);
          const write = columns === 'cv_results' ? cvResultsCsv : leaderboardCsv;
          const body = writeOnce(etag, () => write(viewBoard(board, view)));
          return { etag, over: isOver(board.record.status), type: 'text/csv; charset=utf-8', body };
        },
      });
    },
  );
}
