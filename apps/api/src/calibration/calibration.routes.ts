import { calibrationSchema } from '@holdfast/contracts/calibration';
import { findDataset } from '@holdfast/db/datasets';
import type { Database } from '@holdfast/db/open-database';
import { findSearch, loadFoldAssignments } from '@holdfast/db/searches';
import { loadPredictions, loadTrial } from '@holdfast/db/trials';
import { z } from 'zod';
import type { App } from '../app-instance.ts';
import { problemAnswers } from '../plugins/openapi.ts';
import { ProblemError } from '../problem-error.ts';
import { searchNotFound, searchParamsSchema } from '../searches/search-params.ts';
import { trainedHere } from '../searches/trained-here.ts';
import type { LoadTrainingLabels } from '../searches/training-labels.ts';
import { measureCalibration } from './measure-calibration.ts';

const bins = 10;

interface CalibrationDeps {
  database: Database;
  loadLabels: LoadTrainingLabels;
}

export async function calibrationRoutes(app: App, { database, loadLabels }: CalibrationDeps) {
  app.get(
    '/v1/searches/:id/trials/:trial/calibration',
    {
      schema: {
        tags: ['Trials'],
        summary: 'How far the out-of-fold probabilities of a trial can be believed',
        description: 'Confidence against accuracy in ten bins. Of classification alone: 409 for regression.',
        operationId: 'getCalibration',
        params: searchParamsSchema.extend({ trial: z.string().regex(/^\d{1,9}$/) }),
        response: { 200: calibrationSchema, ...problemAnswers(400, 404, 409) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const number = Number(request.params.trial);
      const record = await findSearch(database, id);
      const dataset = record && (await findDataset(database, trainedHere(record, 'Calibration').datasetId));
      if (!dataset) throw searchNotFound(id);
      if ((await loadTrial(database, id, number)) === null) {
        throw new ProblemError('not-found', `There is no trial ${number} in ${JSON.stringify(id)}.`);
      }
      if (dataset.task === 'regression') {
        throw new ProblemError(
          'conflict',
          'Regression predicts no probabilities: there is none to calibrate.',
        );
      }
      const { data } = await loadLabels(dataset);
      const { outputs, targets } = data;
      const assignments = await loadFoldAssignments(database, id);
      const perRow = targets.length / data.rows;
      const { items } = await loadPredictions(database, id, number, { limit: Number.MAX_SAFE_INTEGER - 1 });
      const parts = items.flatMap(({ repeat, fold, predictions }) => {
        if (predictions === null) return [];
        const own: number[] = [];
        assignments[repeat]?.forEach((validatedBy, row) => {
          if (validatedBy !== fold) return;
          for (let i = 0; i < perRow; i++) own.push(targets[row * perRow + i]!);
        });
        return [{ targets: own, probabilities: predictions }];
      });
      return {
        search: id,
        trial: number,
        ...measureCalibration({ task: dataset.task, outputs, bins }, parts),
      };
    },
  );
}
