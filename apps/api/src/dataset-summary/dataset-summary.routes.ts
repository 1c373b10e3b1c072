import type { Dataset } from '@holdfast/contracts/dataset';
import { type DatasetSummary, datasetSummarySchema } from '@holdfast/contracts/dataset-summary';
import { wholeNumberQuery } from '@holdfast/contracts/page';
import { findDataset } from '@holdfast/db/datasets';
import type { Database } from '@holdfast/db/open-database';
import { z } from 'zod';
import type { App } from '../app-instance.ts';
import { trainingPieces } from '../datasets/training-pieces.ts';
import { LeastRecentlyUsed } from '../least-recently-used.ts';
import { problemAnswers } from '../plugins/openapi.ts';
import { ProblemError } from '../problem-error.ts';
import { type ColumnPiece, summarizeColumns } from './summarize-columns.ts';

/** Summaries that are kept: data sets never change. */
const kept = 200;
/** More could not be told apart in a histogram, and their counts would be a large answer. */
const mostClasses = 100;

export async function datasetSummaryRoutes(app: App, { database }: { database: Database }) {
  const known = new LeastRecentlyUsed<DatasetSummary>(kept);

  app.get(
    '/v1/datasets/:dataset/summary',
    {
      schema: {
        tags: ['Data sets'],
        summary: 'How the values of the training rows are distributed',
        description: `Range, mean, spread and a histogram of each feature, by class where there are at most ${mostClasses}. Nothing of test rows.`,
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
  const { task, target, rows } = dataset;
  const features = dataset.features.slice(offset, offset + limit);
  // One class of a row: softmax's, or the two values of a single sigmoid output.
  const single = task === 'binary' && target.length === 1;
  const named =
    task === 'classification' ? dataset.classes : single ? [`not ${target[0]}`, `${target[0]}`] : [];
  const classes = named.length <= mostClasses ? named : [];
  const targets = task === 'regression' ? target : [];
  async function* pieces(): AsyncGenerator<ColumnPiece> {
    for await (const { rows, columns, features: values, targets: goals } of trainingPieces(
      database,
      dataset,
    )) {
      yield {
        rows,
        value: (row, column) =>
          column < features.length
            ? values[row * columns + offset + column]!
            : goals[row * target.length + column - features.length]!,
        classOf: classes.length > 0 ? (row) => goals[row]! : () => 0,
      };
    }
  }
  const histograms = await summarizeColumns(pieces, {
    columns: features.length + targets.length,
    classes: Math.max(1, classes.length),
  });
  return {
    dataset: dataset.id,
    rows: rows.train,
    classes,
    features: features.map(({ name }, at) => ({ name, ...histograms[at]! })),
    total: dataset.features.length,
    offset,
    targets: targets.map((name, at) => ({ name, ...histograms[features.length + at]! })),
  };
}
