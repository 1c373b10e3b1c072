import type { Dataset } from '@holdfast/contracts/dataset';
import { type DecisionRegions, decisionRegionsSchema } from '@holdfast/contracts/decision-regions';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { wholeNumberQuery } from '@holdfast/contracts/page';
import { decodeModel } from '@holdfast/core/training/encode-model';
import { findDataset } from '@holdfast/db/datasets';
import { listFoldModels, queueFoldModels } from '@holdfast/db/fold-models';
import { loadModelBytes } from '@holdfast/db/models';
import type { Database } from '@holdfast/db/open-database';
import { findSearch } from '@holdfast/db/searches';
import { loadTrial } from '@holdfast/db/trials';
import { z } from 'zod';
import type { App } from '../app-instance.ts';
import { trainingPieces } from '../datasets/training-pieces.ts';
import { LeastRecentlyUsed } from '../least-recently-used.ts';
import { problemAnswers } from '../plugins/openapi.ts';
import { ProblemError } from '../problem-error.ts';
import { randomId } from '../random-id.ts';
import { searchNotFound, searchParamsSchema } from '../searches/search-params.ts';
import { trainedHere } from '../searches/trained-here.ts';
import { evaluatePlane, type Plane, type PlaneCells, planeRange } from './evaluate-plane.ts';

/** Cells along an axis unless asked for otherwise. */
const usualAcross = 64;
/** Numbers of grids that are kept: a model never changes. */
const keptNumbers = 4_000_000;
/** Data sets whose ranges are. */
const keptRanges = 1000;

/** Decision regions of a trial's folds. Their models are not kept with the results: they are trained once more on demand. */
export async function decisionRegionRoutes(app: App, { database }: { database: Database }) {
  const known = new LeastRecentlyUsed<PlaneCells>(keptNumbers);
  const ranges = new LeastRecentlyUsed<Plane['range']>(keptRanges);
  const params = searchParamsSchema.extend({ trial: z.string().regex(/^\d{1,9}$/) });
  const querystring = z.strictObject({
    across: wholeNumberQuery(8, 128).optional().describe('Cells along each axis; 64 unless given.'),
  });
  const path = '/v1/searches/:id/trials/:trial/decision-regions';

  app.get(
    path,
    {
      schema: {
        tags: ['Trials'],
        summary: 'What each fold’s model decides in every place of the plane',
        description: 'For classification from two numeric features, 409 for anything else.',
        operationId: 'getDecisionRegions',
        params,
        querystring,
        response: { 200: decisionRegionsSchema, ...problemAnswers(400, 404, 409) },
      },
    },
    ({ params: { id, trial }, query }) => show(id, Number(trial), query.across ?? usualAcross),
  );

  app.post(
    path,
    {
      schema: {
        tags: ['Trials'],
        summary: 'Have the folds of a trial trained once more, for their decision regions',
        description:
          'Results do not keep a fold’s parameters. They are trained again, to the same bits, and taken only if they predict what was scored. Those that are there are not trained again.',
        operationId: 'trainDecisionRegions',
        params,
        response: { 202: decisionRegionsSchema, ...problemAnswers(400, 404, 409) },
      },
    },
    async ({ params: { id, trial: text } }, reply) => {
      const number = Number(text);
      const { dataset, trial } = await find(id, number);
      if (trial.status !== 'completed') {
        throw new ProblemError(
          'conflict',
          `Trial ${number} is ${trial.status}: its folds are not all trained yet.`,
        );
      }
      await queueFoldModels(database, {
        searchId: id,
        trial: number,
        datasetId: dataset.id,
        params: trial.params as Hyperparameters,
        folds: firstRepeat(trial).map((fold) => ({ id: randomId('mo'), repeat: 0, fold })),
      });
      return reply.code(202).send(await show(id, number, usualAcross));
    },
  );

  async function find(id: string, number: number) {
    const record = await findSearch(database, id);
    const dataset =
      record && (await findDataset(database, trainedHere(record, 'Drawing decision regions').datasetId));
    if (!dataset) throw searchNotFound(id);
    const trial = await loadTrial(database, id, number);
    if (trial === null) {
      throw new ProblemError('not-found', `There is no trial ${number} in ${JSON.stringify(id)}.`);
    }
    const { task, features } = dataset;
    if (
      task !== 'classification' ||
      features.length !== 2 ||
      features.some(({ kind }) => kind !== 'number')
    ) {
      throw new ProblemError(
        'conflict',
        'Decision regions can be drawn of classification from two numeric features alone.',
      );
    }
    return { dataset, trial };
  }

  async function show(id: string, number: number, across: number): Promise<DecisionRegions> {
    const { dataset, trial } = await find(id, number);
    const models = new Map((await listFoldModels(database, id, number)).map((model) => [model.fold, model]));
    const plane = { range: await rangeOf(dataset), across };
    const folds: DecisionRegions['folds'] = [];
    for (const fold of firstRepeat(trial)) {
      const model = models.get(fold);
      const cells = model?.status === 'completed' ? await cellsOf(model.id, plane) : null;
      folds.push({
        fold,
        status: model?.status ?? 'absent',
        reason: model?.status === 'failed' ? model.reason : null,
        outputs: cells?.outputs ?? null,
        probabilities: cells?.probabilities ?? null,
      });
    }
    const [x, y] = dataset.features;
    return {
      search: id,
      trial: number,
      features: [x!.name, y!.name],
      classes: dataset.classes,
      ...plane,
      folds,
    };
  }

  async function rangeOf(dataset: Dataset): Promise<Plane['range']> {
    const before = ranges.get(dataset.id);
    if (before) return before;
    const range = await planeRange(trainingPieces(database, dataset));
    ranges.set(dataset.id, range);
    return range;
  }

  async function cellsOf(model: string, plane: Plane): Promise<PlaneCells | null> {
    const key = `${model} ${plane.across}`;
    const before = known.get(key);
    if (before) return before;
    const bytes = await loadModelBytes(database, model);
    if (bytes === null) return null;
    const cells = await evaluatePlane(decodeModel(bytes), plane);
    known.set(key, cells, 2 * cells.outputs.length);
    return cells;
  }
}

function firstRepeat(trial: { folds: readonly { repeat: number; fold: number }[] }): number[] {
  return trial.folds.filter(({ repeat }) => repeat === 0).map(({ fold }) => fold);
}
