import { limitQuery, wholeNumberQuery } from '@holdfast/contracts/page';
import { heatMapSchema, timelineSchema, trialPointsSchema } from '@holdfast/contracts/plots';
import type { Database } from '@holdfast/db/open-database';
import { loadTimeline } from '@holdfast/db/timeline';
import { varied } from '@holdfast/search/varied-hyperparameters';
import { z } from 'zod';
import type { App } from '../app-instance.ts';
import type { Boards } from '../leaderboard/boards.ts';
import { viewBoard } from '../leaderboard/view-board.ts';
import { viewQuerySchema } from '../leaderboard/view-query.ts';
import { problemAnswers } from '../plugins/openapi.ts';
import { ProblemError } from '../problem-error.ts';
import { searchNotFound, searchParamsSchema } from '../searches/search-params.ts';
import { heatMap } from './heat-map.ts';
import { trialPoints } from './trial-points.ts';

const filterSchema = viewQuerySchema.omit({ sort: true });
const hyperparameter = z.string().min(1).max(100);

/** What plots are drawn from: so much as a picture can show, however large the search is. */
export async function plotRoutes(app: App, { database, boards }: { database: Database; boards: Boards }) {
  const readBoard = async (search: string, metric: z.infer<typeof filterSchema>['metric']) => {
    const board = await boards.read(search, metric);
    if (board === null) throw searchNotFound(search);
    return board;
  };

  app.get(
    '/v1/searches/:id/points',
    {
      schema: {
        tags: ['Plots'],
        summary: 'Trials as points over their hyperparameters and scores',
        description:
          'Column by column. Of more trials than `limit` a sample is answered, always the same; it says so.',
        operationId: 'getTrialPoints',
        params: searchParamsSchema,
        querystring: filterSchema.extend({
          limit: wholeNumberQuery(10, 20_000).optional().describe('Points, about; 2000 unless given.'),
        }),
        response: { 200: trialPointsSchema, ...problemAnswers(400, 404) },
      },
    },
    async (request) => {
      const { metric, where, limit = 2000 } = request.query;
      const board = await readBoard(request.params.id, metric);
      return trialPoints(board, viewBoard(board, { sort: undefined, where: [where ?? []].flat() }), limit);
    },
  );

  app.get(
    '/v1/searches/:id/heat-map',
    {
      schema: {
        tags: ['Plots'],
        summary: 'Scores over two hyperparameters, in bins, from every trial',
        operationId: 'getHeatMap',
        params: searchParamsSchema,
        querystring: filterSchema.extend({ x: hyperparameter, y: hyperparameter }),
        response: { 200: heatMapSchema, ...problemAnswers(400, 404) },
      },
    },
    async (request) => {
      const { metric, where, x, y } = request.query;
      const board = await readBoard(request.params.id, metric);
      const names = varied(board.record.spec, board.results);
      const errors = Object.entries({ x, y })
        .filter(([, name]) => !names.includes(name))
        .map(([axis, name]) => ({
          pointer: `/${axis}`,
          message: `${JSON.stringify(name)} is not varied by this search. Use one of ${names.join(', ') || 'those of another search: it varies none'}.`,
        }));
      if (errors.length > 0) {
        throw new ProblemError('invalid-request', 'The axes cannot be drawn.', { errors });
      }
      return heatMap(board, viewBoard(board, { sort: undefined, where: [where ?? []].flat() }), [x, y]);
    },
  );

  app.get(
    '/v1/searches/:id/timeline',
    {
      schema: {
        tags: ['Plots'],
        summary: 'When which worker trained what: the latest fold runs',
        operationId: 'getTimeline',
        params: searchParamsSchema,
        querystring: z.strictObject({ limit: limitQuery.optional() }),
        response: { 200: timelineSchema, ...problemAnswers(400, 404) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const timeline = await loadTimeline(database, id, request.query.limit ?? 1000);
      if (timeline === null) throw searchNotFound(id);
      return timeline;
    },
  );
}
