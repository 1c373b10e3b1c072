import { boardWindowSchema } from '@holdfast/contracts/board-window';
import { limitQuery, waitSecondsQuery, wholeNumberQuery } from '@holdfast/contracts/page';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { answerPolled } from '../answer-polled.ts';
import type { App } from '../app-instance.ts';
import type { BoardTexts } from '../leaderboard/board-texts.ts';
import type { Boards } from '../leaderboard/boards.ts';
import { viewQuerySchema } from '../leaderboard/view-query.ts';
import { problemAnswers } from '../plugins/openapi.ts';
import type { SearchWatch } from '../search-watch.ts';
import { searchParamsSchema } from '../searches/search-params.ts';

/** The leaderboard for a table that scrolls to any place. */
export async function boardWindowRoutes(
  app: App,
  deps: { boards: Boards; texts: BoardTexts; watch: SearchWatch },
) {
  const { boards, texts, watch } = deps;

  app.get(
    '/v1/searches/:id/leaderboard/window',
    {
      schema: {
        tags: ['Leaderboard'],
        summary: 'A stretch of the leaderboard, from any place',
        description:
          'With how many trials meet the conditions. Carries an ETag and honours If-None-Match, as the leaderboard does.',
        operationId: 'getLeaderboardWindow',
        params: searchParamsSchema,
        querystring: viewQuerySchema.extend({
          offset: wholeNumberQuery(0, 999_999_999)
            .optional()
            .describe('The place of the first item, from 0.'),
          limit: limitQuery.optional(),
          waitSeconds: waitSecondsQuery.optional(),
        }),
        response: {
          200: boardWindowSchema,
          304: z.undefined().describe('Nothing changed'),
          ...problemAnswers(400, 404),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { metric, sort, where, offset = 0, limit = 100, waitSeconds = 0 } = request.query;
      const view = { sort, where: [where ?? []].flat() };
      const representation = JSON.stringify([id, 'window', metric, view, offset, limit]);
      return answerPolled({
        request,
        reply: reply as unknown as FastifyReply,
        watch,
        id,
        waitSeconds,
        read: async () => {
          const shown = await texts.show({ search: id, metric }, representation, () =>
            boards.writeWindow({ search: id, metric, view, offset, limit }),
          );
          return { ...shown, type: 'application/json; charset=utf-8' };
        },
      });
    },
  );
}
