import { leaderboardSchema } from '@holdfast/contracts/leaderboard';
import { metricSchema } from '@holdfast/contracts/metrics';
import { pageQuerySchema, waitSecondsQuery } from '@holdfast/contracts/page';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { answerPolled } from '../answer-polled.ts';
import type { App } from '../app-instance.ts';
import { strongEtag } from '../etag.ts';
import { LeastRecentlyUsed } from '../least-recently-used.ts';
import { problemAnswers } from '../plugins/openapi.ts';
import type { SearchWatch } from '../search-watch.ts';
import { isOver } from '../searches/is-over.ts';
import { searchNotFound, searchParamsSchema } from '../searches/search-params.ts';
import type { BoardName, Written } from './board-tasks.ts';
import type { Boards } from './boards.ts';

const condition = z.string().min(1).max(300);

const viewQuerySchema = z.strictObject({
  metric: metricSchema.optional().describe('Ranks by another metric than the objective.'),
  sort: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe('A column or hyperparameter; with - in front, descending.'),
  where: z
    .union([condition, z.array(condition).max(50)])
    .optional()
    .describe('name:value, optimizer:adam say; may be given more than once.'),
});
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

  /** What is shown of a board, written once for each revision. */
  async function show(
    board: BoardName,
    representation: string,
    write: () => Promise<Written | null>,
  ): Promise<{ etag: string; over: boolean; body: string }> {
    const standing = await boards.assess(board);
    if (standing === null) throw searchNotFound(board.search);
    const { revision, status } = standing.record;
    const etag = strongEtag(revision, representation);
    const known = pages.get(etag);
    if (known !== undefined) return { etag, over: isOver(status), body: known };
    const written = await write();
    if (written === null) throw searchNotFound(board.search);
    // The thread may have a newer one by now.
    const shown = written.revision === revision ? etag : strongEtag(written.revision, representation);
    pages.set(shown, written.body, written.body.length);
    return { etag: shown, over: isOver(status), body: written.body };
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
          const page = { limit, cursor };
          const shown = await show({ search: id, metric }, representation, () =>
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
        search: id,
        waitSeconds: 0,
        read: async () => {
          const shown = await show({ search: id, metric }, representation, () =>
            boards.writeCsv({ search: id, metric, view, columns }),
          );
          return { ...shown, type: 'text/csv; charset=utf-8' };
        },
      });
    },
  );
}
