import { comparisonSchema } from '@holdfast/contracts/comparison';
import { metricNameSchema } from '@holdfast/contracts/metrics';
import type { Database } from '@holdfast/db/open-database';
import { z } from 'zod';
import type { App } from '../app-instance.ts';
import type { Boards } from '../leaderboard/boards.ts';
import { problemAnswers } from '../plugins/openapi.ts';
import { searchParamsSchema } from '../searches/search-params.ts';
import { compareTrials } from './compare-trials.ts';

const trialsError = 'must name two different trials by number, such as 3,5';
const comparisonQuerySchema = z.strictObject({
  trials: z
    .string({ error: trialsError })
    .regex(/^\d{1,9},\d{1,9}$/, { error: trialsError })
    .describe('Two trials by number: 3,5'),
  metric: metricNameSchema.optional().describe('The objective’s unless given.'),
});

export async function comparisonRoutes(app: App, deps: { database: Database; boards: Boards }) {
  app.get(
    '/v1/searches/:id/comparison',
    {
      schema: {
        tags: ['Leaderboard'],
        summary: 'Two trials fold by fold',
        description:
          'Paired differences on the folds that both have, with the corrected resampled t-test (Nadeau and Bengio 2003). For two trials chosen before looking at their scores; of the best of many it says too much, and then there is a warning.',
        operationId: 'compareTrials',
        params: searchParamsSchema,
        querystring: comparisonQuerySchema,
        response: { 200: comparisonSchema, ...problemAnswers(400, 404) },
      },
    },
    async (request) => {
      const { trials, metric } = request.query;
      const [first, second] = trials.split(',').map(Number) as [number, number];
      return compareTrials(deps, { search: request.params.id, trials: [first, second], metric });
    },
  );
}
