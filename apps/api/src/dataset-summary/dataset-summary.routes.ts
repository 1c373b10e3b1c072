import type { Dataset } from '@holdfast/contracts/dataset';
import { type DatasetSummary, datasetSummarySchema } from '@holdfast/contracts/dataset-summary';
import { wholeNumberQuery } from '@holdfast/contracts/page';
import { findDataset, loadTrainingRows } from '@holdfast/db/datasets';
import type { Database } from '@holdfast/db/open-database';
import { z } from 'zod';
import type { App } from '../app-instance.ts';
import { LeastRecentlyUsed } from '../least-recently-used.ts';
import { problemAnswers } from '../plugins/openapi.ts';
import { ProblemError } from '../problem-error.ts';
import { summarizeValues } from './summarize-values.ts';

/** Summaries that are kept: data sets never change. */
const kept = 200;

export async function datasetSummaryRoutes(app: App, { database }: { database: Database }) {
  const known = new LeastRecentlyUsed<DatasetSummary>(kept);

  app.get(
    '/v1/datasets/:dataset/summary',
    {
      schema: {
        tags: ['Data sets'],
        summary: 'How the values of the training rows are distributed',
        description: 'Range, mean, spread and a histogram of each feature, by class. Nothing of test rows.',
        operationId: 'summarizeDataset',
        params: z.strictObject({ dataset: z.string().min(1) }),
        querystring: z.strictObject({
          offset: wholeNumberQuery(0, 999_999).optional(),
          limit: wholeNumberQuery(1, 100).optional().describe('Features; 24 unless given.'),
        }),
        response: { 200: datasetSummarySchema, ...problemAnswers(400, 404) },
      },
    },
    async (request) => {
      const { offset = 0, limit = 24 } = request.query;
      const dataset = await findDataset(database, request.params.dataset);
      if (dataset === null) {
        throw new ProblemError('not-found', 'There is no data set with this id or name.');
      }
      const key = `${dataset.id} ${offset} ${limit}`;
      const before = known.get(key);
      if (before) return before;
      const summary = await summarize(database, dataset, offset, limit);
      known.set(key, summary);
      return summary;
    },
  );
}

async function summarize(
  database: Database,
  dataset: Dataset,
  offset: number,
  limit: number,
): Promise<DatasetSummary> {
  const { rows, columns, features, targets } = await loadTrainingRows(database, dataset.id);
  const perRow = targets.length / rows;
  // One class of a row: softmax's, or the two values of a single sigmoid output.
  const single = dataset.task === 'binary' && perRow === 1;
  const classes =
    dataset.task === 'classification'
      ? dataset.classes
      : single
        ? [`not ${dataset.target[0]}`, `${dataset.target[0]}`]
        : [];
  const classOf = classes.length > 0 ? (row: number) => targets[row]! : () => 0;
  const shape = { rows, classOf, classes: Math.max(1, classes.length) };
  return {
    dataset: dataset.id,
    rows,
    classes,
    features: dataset.features.slice(offset, offset + limit).map(({ name }, at) => ({
      name,
      ...summarizeValues({ ...shape, value: (row) => features[row * columns + offset + at]! }),
    })),
    total: columns,
    offset,
    targets:
      dataset.task === 'regression'
        ? dataset.target.map((name, output) => ({
            name,
            ...summarizeValues({ ...shape, value: (row) => targets[row * perRow + output]! }),
          }))
        : [],
  };
}
