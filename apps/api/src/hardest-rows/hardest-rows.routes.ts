import type { Dataset } from '@holdfast/contracts/dataset';
import { type HardestRows, hardestRowsSchema } from '@holdfast/contracts/hardest-rows';
import { pageQuerySchema } from '@holdfast/contracts/page';
import type { TrainingSet } from '@holdfast/core/training-set';
import { findDataset, loadTrainingRows } from '@holdfast/db/datasets';
import type { Database } from '@holdfast/db/open-database';
import { findSearch } from '@holdfast/db/searches';
import { type HardRow, highest } from '@holdfast/search/diagnosis/hardest-rows';
import type { App } from '../app-instance.ts';
import { previewRows } from '../datasets/preview-rows.ts';
import type { Boards } from '../leaderboard/boards.ts';
import { pageOf } from '../offset-cursor.ts';
import { problemAnswers } from '../plugins/openapi.ts';
import { ProblemError } from '../problem-error.ts';
import { searchNotFound, searchParamsSchema } from '../searches/search-params.ts';
import type { LoadTrainingLabels } from '../searches/training-labels.ts';

interface HardestRowsDeps {
  database: Database;
  boards: Boards;
  loadLabels: LoadTrainingLabels;
}

export async function hardestRowsRoutes(app: App, { database, boards, loadLabels }: HardestRowsDeps) {
  app.get(
    '/v1/searches/:id/hardest-rows',
    {
      schema: {
        tags: ['Trials'],
        summary: 'Training rows that all good trials got wrong on every fold, with the likely label',
        description:
          'Often mislabelled. Good are the best trials within one standard error, ten at most; each row was predicted by models that had not seen it. Of classification: another class had the highest output each time; of regression: off by more than three standard deviations of the errors each time, on one side. 409 until a trial has a score.',
        operationId: 'getHardestRows',
        params: searchParamsSchema,
        querystring: pageQuerySchema,
        response: { 200: hardestRowsSchema, ...problemAnswers(400, 404, 409) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { limit = 20, cursor } = request.query;
      const record = await findSearch(database, id);
      if (record?.trainer === 'external') {
        throw new ProblemError(
          'conflict',
          'The rows of an external search are not here: there is nothing to tell.',
        );
      }
      const dataset = record && (await findDataset(database, record.datasetId));
      const collected = dataset && (await boards.hardestRows({ search: id }));
      if (!dataset || !collected) throw searchNotFound(id);
      if (collected.trials.length === 0) {
        throw new ProblemError('conflict', 'No trial has a score yet: there is nobody to ask.');
      }
      const { data } = await loadLabels(dataset);
      const page = pageOf(collected.rows, { limit, cursor });
      const items: HardestRows['items'] = [];
      for (const row of page.items) {
        const { columns, rows } = previewRows(
          dataset,
          await loadTrainingRows(database, dataset.id, { from: row.row, limit: 1 }),
        );
        const cells = columns
          .slice(0, dataset.features.length)
          .map((name, column) => [name, rows[0]![column] ?? null]);
        items.push({ ...tellRow(dataset, data, row), features: Object.fromEntries(cells) });
      }
      return {
        search: id,
        trials: collected.trials,
        rows: { predicted: collected.predicted, hardest: collected.hardest },
        items,
        nextCursor: page.nextCursor,
      };
    },
  );
}

function tellRow(
  dataset: Dataset,
  { targets, outputs }: TrainingSet,
  { row, means, deviations, models }: HardRow,
): Omit<HardestRows['items'][number], 'features'> {
  const told = { row, deviations, models };
  if (dataset.task === 'classification') {
    const [truth, likely] = [targets[row]!, highest(means)];
    return {
      ...told,
      truth: dataset.classes[truth]!,
      likely: dataset.classes[likely]!,
      probability: means[likely]!,
      truthProbability: means[truth]!,
    };
  }
  const truth = Array.from(targets.subarray(row * outputs, (row + 1) * outputs));
  const shown = (values: number[]) => (values.length === 1 ? values[0]! : values);
  if (dataset.task === 'regression') {
    return {
      ...told,
      truth: shown(truth),
      likely: shown([...means]),
      probability: null,
      truthProbability: null,
    };
  }
  const likely = Array.from(means, (mean) => (mean > 0.5 ? 1 : 0));
  // Of the output that is furthest off.
  const furthest = highest(truth.map((value, output) => Math.abs(means[output]! - value)));
  const ofOne = (value: number) => (value === 1 ? means[furthest]! : 1 - means[furthest]!);
  return {
    ...told,
    truth,
    likely,
    probability: ofOne(likely[furthest]!),
    truthProbability: ofOne(truth[furthest]!),
  };
}
