import { type Preprocessing, preprocessingSchema } from '@holdfast/contracts/preprocessing';
import { countInputs, describeEncodings } from '@holdfast/core/preprocessing/column-encoding';
import { foldRows } from '@holdfast/core/splits/fold-rows';
import { findDataset } from '@holdfast/db/datasets';
import type { Database } from '@holdfast/db/open-database';
import { findSearch, loadFoldAssignments } from '@holdfast/db/searches';
import type { App } from '../app-instance.ts';
import { LeastRecentlyUsed } from '../least-recently-used.ts';
import { problemAnswers } from '../plugins/openapi.ts';
import { searchNotFound, searchParamsSchema } from '../searches/search-params.ts';
import { trainedHere } from '../searches/trained-here.ts';
import { describeFills } from './describe-fills.ts';

/** Answers that are kept: neither rows nor folds of a search ever change. */
const kept = 100;

export async function preprocessingRoutes(app: App, { database }: { database: Database }) {
  const known = new LeastRecentlyUsed<Preprocessing>(kept);

  app.get(
    '/v1/searches/:id/preprocessing',
    {
      schema: {
        tags: ['Searches'],
        summary: 'What missing values become in each fold',
        description: 'Fitted on the training rows of each fold; the same in all trials of the search.',
        operationId: 'getPreprocessing',
        params: searchParamsSchema,
        response: { 200: preprocessingSchema, ...problemAnswers(400, 404, 409) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const before = known.get(id);
      const record = await findSearch(database, id);
      const dataset = record && (await findDataset(database, trainedHere(record, 'Preprocessing').datasetId));
      if (!dataset) throw searchNotFound(id);
      if (before) return before;
      const { crossValidation } = record.spec;
      const folds = crossValidation.kind === 'holdout' ? 1 : crossValidation.folds;
      const gap = crossValidation.kind === 'blocked' ? crossValidation.gap : 0;
      const assignments = await loadFoldAssignments(database, id);
      const inFolds = assignments.flatMap((_, repeat) =>
        Array.from({ length: folds }, (_unused, fold) => ({ repeat, fold })),
      );
      const described = await describeFills(
        database,
        dataset,
        inFolds.map(
          ({ repeat, fold }) =>
            () =>
              foldRows(assignments, repeat, fold, gap),
        ),
      );
      const answer = {
        search: id,
        inputs: countInputs(dataset.features.length, describeEncodings(dataset.features)),
        items: inFolds.map((place, i) => ({ ...place, columns: described[i]! })),
      };
      known.set(id, answer);
      return answer;
    },
  );
}
