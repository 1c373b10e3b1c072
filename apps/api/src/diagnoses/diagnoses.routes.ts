import { diagnosesSchema } from '@holdfast/contracts/diagnosis';
import { findDataset } from '@holdfast/db/datasets';
import { loadTrialFigures } from '@holdfast/db/diagnosed-trials';
import type { Database } from '@holdfast/db/open-database';
import { findSearch } from '@holdfast/db/searches';
import { z } from 'zod';
import type { App } from '../app-instance.ts';
import { problemAnswers } from '../plugins/openapi.ts';
import { searchNotFound, searchParamsSchema } from '../searches/search-params.ts';
import { createDiagnosis } from '../trials/create-diagnosis.ts';

const mostTrials = 100;
const trialsError = `must name trials by number, such as 3,5,8, at most ${mostTrials}`;
const trialsQuery = z
  .string({ error: trialsError })
  .regex(new RegExp(`^\\d{1,9}(,\\d{1,9}){0,${mostTrials - 1}}$`), { error: trialsError })
  .describe(`Trials by number, at most ${mostTrials}: 3,5,8`);

/** The diagnoses of a page of the board at once; a trial's own page has them with the trial. */
export async function diagnosisRoutes(app: App, { database }: { database: Database }) {
  app.get(
    '/v1/searches/:id/diagnoses',
    {
      schema: {
        tags: ['Trials'],
        summary: 'What the figures of some trials say of them, and what to try',
        description: 'Of completed trials; what else is named is left out. A diagnosis never changes.',
        operationId: 'getDiagnoses',
        params: searchParamsSchema,
        querystring: z.strictObject({ trials: trialsQuery }),
        response: { 200: diagnosesSchema, ...problemAnswers(400, 404) },
      },
    },
    async (request) => {
      const { id: search } = request.params;
      const record = await findSearch(database, search);
      // Nothing is known of somebody else's models.
      if (record?.trainer === 'external') return { search, items: [] };
      const dataset = record && (await findDataset(database, record.datasetId));
      if (!dataset) throw searchNotFound(search);
      const diagnose = await createDiagnosis(database, record, dataset);
      const figures = await loadTrialFigures(database, search, request.query.trials.split(',').map(Number));
      return { search, items: figures.map(({ trial, ...found }) => ({ trial, diagnosis: diagnose(found) })) };
    },
  );
}
