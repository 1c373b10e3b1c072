import { directionFor } from '@holdfast/contracts/any-spec';
import { limitQuery, wholeNumberQuery } from '@holdfast/contracts/page';
import { heatMapSchema, timelineSchema, trialPointsSchema } from '@holdfast/contracts/plots';
import { rungsSchema } from '@holdfast/contracts/rungs';
import type { Database } from '@holdfast/db/open-database';
import { loadRungs } from '@holdfast/db/rungs';
import { loadTimeline } from '@holdfast/db/timeline';
import { z } from 'zod';
import type { App } from '../app-instance.ts';
import type { Boards } from '../leaderboard/boards.ts';
import { viewQuerySchema } from '../leaderboard/view-query.ts';
import { problemAnswers } from '../plugins/openapi.ts';
import { searchNotFound, searchParamsSchema } from '../searches/search-params.ts';

const filterSchema = viewQuerySchema.omit({ sort: true });
const hyperparameter = z.string().min(1).max(100);

/** What plots are drawn from: so much as a picture can show, however large the search is. */
export async function plotRoutes(app: App, { database, boards }: { database: Database; boards: Boards }) {
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
      const { id: search } = request.params;
      const points = await boards.trialPoints({ search, metric, where: [where ?? []].flat(), limit });
      if (points === null) throw searchNotFound(search);
      return points;
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
      const { id: search } = request.params;
      const map = await boards.heatMap({ search, metric, where: [where ?? []].flat(), x, y });
      if (map === null) throw searchNotFound(search);
      return map;
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

  app.get(
    '/v1/searches/:id/rungs',
    {
      schema: {
        tags: ['Plots'],
        summary: 'The scores of trials at the rungs of successive halving or Hyperband',
        description:
          'Of a search by another strategy there is nothing to tell: `levels` and `trials` are empty.',
        operationId: 'getRungs',
        params: searchParamsSchema,
        querystring: filterSchema.omit({ where: true }).extend({
          limit: limitQuery
            .optional()
            .describe('Trials; of more, those that climbed highest. 500 unless given.'),
        }),
        response: { 200: rungsSchema, ...problemAnswers(400, 404) },
      },
    },
    async (request) => {
      const { id: search } = request.params;
      const standing = await boards.rank({ search, metric: request.query.metric });
      if (standing === null) throw searchNotFound(search);
      const { spec } = standing.record;
      const { strategy, objective } = spec;
      const metric = request.query.metric ?? objective.metric;
      const direction = directionFor(spec, metric);
      const climbed =
        strategy.kind === 'halving' || strategy.kind === 'hyperband'
          ? await loadRungs(database, search, { metric, direction, limit: request.query.limit ?? 500 })
          : { levels: [], total: 0, trials: [] };
      return { search, metric, direction, ...climbed };
    },
  );
}
