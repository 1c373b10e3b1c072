import { importanceSchema } from '@holdfast/contracts/importance';
import { metricNameSchema } from '@holdfast/contracts/metrics';
import { z } from 'zod';
import type { App } from '../app-instance.ts';
import type { Boards } from '../leaderboard/boards.ts';
import { problemAnswers } from '../plugins/openapi.ts';
import { searchNotFound, searchParamsSchema } from '../searches/search-params.ts';

const importanceQuerySchema = z.strictObject({
  metric: metricNameSchema.optional().describe('The objective’s unless given.'),
});

export async function importanceRoutes(app: App, { boards }: { boards: Boards }) {
  app.get(
    '/v1/searches/:id/importance',
    {
      schema: {
        tags: ['Leaderboard'],
        summary: 'How much each hyperparameter matters',
        description:
          'The share of the score’s variance over the space that each hyperparameter explains, alone and by twos: fANOVA over a random forest (Hutter, Hoos and Leyton-Brown 2014). Nothing, with the reason, where there are too few trials.',
        operationId: 'getImportance',
        params: searchParamsSchema,
        querystring: importanceQuerySchema,
        response: { 200: importanceSchema, ...problemAnswers(400, 404) },
      },
    },
    async (request) => {
      const { id: search } = request.params;
      const found = await boards.importance({ search, metric: request.query.metric });
      if (found === null) throw searchNotFound(search);
      return found;
    },
  );
}
