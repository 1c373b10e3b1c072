import { comparisonSchema } from '@holdfast/contracts/comparison';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accept, addDataset, addWorker, type Service, startService, submit } from '../../test/service.ts';

let service: Service;
let id: string;
const scores = [
  [0.9, 0.85, 0.8, 0.95, 0.9],
  [0.85, 0.85, 0.7, 0.9, 0.75],
  [0.5, 0.6, 0.5, 0.6, 0.5],
];

beforeAll(async () => {
  service = await startService();
  await addDataset(service.database, 'toy');
  await addWorker(service.database);
  ({ id } = await submit(service.app, {
    dataset: 'toy',
    space: { hiddenLayers: [[4], [8], [16], [32]], learningRate: 0.01, epochs: 5 },
  }));
  for (const [trial, folds] of scores.entries()) {
    for (const [fold, score] of folds.entries())
      await accept(service.database, { search: id, trial, fold }, score);
  }
  for (const fold of [1, 3]) await accept(service.database, { search: id, trial: 3, fold }, fold / 4);
});
afterAll(() => service.stop());

const get = (query: string, search = id) => service.app.inject(`/v1/searches/${search}/comparison?${query}`);

describe('GET …/comparison', () => {
  it('tests the differences fold by fold', async () => {
    const answer = await get('trials=1,2');
    expect(answer.statusCode, answer.body).toBe(200);
    const compared = answer.json();
    expect(comparisonSchema.parse(compared)).toEqual(compared);
    expect(compared).toMatchObject({
      search: id,
      metric: 'accuracy',
      direction: 'maximize',
      trials: [
        { trial: 1, rank: 2, seedStd: null },
        { trial: 2, rank: 3 },
      ],
      // 8 rows validate, 32 train.
      test: { correction: { validationRows: 40, trainingRows: 160, ratio: 0.25 }, degreesOfFreedom: 4 },
      reason: null,
      warnings: [],
    });
    expect(compared.meanDifference).toBeCloseTo(0.27, 12);
    expect(compared.folds[0].difference).toBeCloseTo(0.35, 12);
    const back = (await get('trials=2,1')).json();
    expect(back.meanDifference).toBe(-compared.meanDifference);
    expect(back.test.pValue).toBe(compared.test.pValue);
  });

  it('warns of a best that was selected, and of folds that are missing', async () => {
    expect((await get('trials=0,1')).json().warnings).toMatchObject([
      { code: 'selectedBest', message: expect.stringMatching(/^Trial 0 is rank 1 of 4/) },
    ]);
    const partial = (await get('trials=3,2')).json();
    expect(partial.folds.map(({ fold }: { fold: number }) => fold)).toEqual([1, 3]);
    expect(partial.warnings.map(({ code }: { code: string }) => code)).toEqual(['notCompleted', 'fewFolds']);
  });

  it('takes another metric, and says where there is no test', async () => {
    const byLoss = (await get('trials=1,2&metric=loss')).json();
    expect(byLoss).toMatchObject({ metric: 'loss', direction: 'minimize' });
    expect(byLoss.meanDifference).toBeCloseTo(-0.27, 12);
    const other = await submit(service.app, {
      dataset: 'toy',
      space: { hiddenLayers: [[4], [8]], learningRate: 0.01 },
    });
    expect((await get('trials=0,1', other.id)).json()).toMatchObject({
      folds: [],
      meanDifference: null,
      test: null,
      reason: expect.stringMatching(/needs two folds/),
    });
  });

  it('tells the luck of seeds apart where final models were trained with several', async () => {
    const { pool } = service.database;
    const spread = async (trial: number, accuracies: number[]) => {
      const runs = accuracies.map((accuracy, run) => ({ run, training: { accuracy } }));
      await pool.query(
        `INSERT INTO models (id, search_id, trial, dataset_id, state, description, training, result, digest, finished_at)
         SELECT $1, $2, $3, dataset_id, 'completed', '{}', '{}', $4, 'sha256:' || repeat('0', 64), now()
         FROM searches WHERE id = $2`,
        [`mo_0000000000000000000${trial}`, id, trial, JSON.stringify({ runs })],
      );
    };
    await spread(0, [0.5, 0.7]);
    const half = (await get('trials=0,1')).json();
    expect(half.trials.map(({ refit }: { refit: unknown }) => refit)).toEqual([
      { model: 'mo_00000000000000000000', seeds: 2, trainingStd: expect.closeTo(0.1414, 4) },
      null,
    ]);
    expect(half.warnings.map(({ code }: { code: string }) => code)).toEqual(['selectedBest']);
    await spread(1, [0.8, 0.9]);
    // 0.07 apart, and seeds alone make √(0.1414² + 0.0707²) of it.
    expect((await get('trials=0,1')).json().warnings).toMatchObject([
      { code: 'seedLuck', message: expect.stringMatching(/\(0\.16\)/) },
      { code: 'selectedBest' },
    ]);
  });

  it.each([
    ['', 400, '/trials'],
    ['trials=3', 400, '/trials'],
    ['trials=3,3', 400, '/trials'],
    ['trials=1,2,3', 400, '/trials'],
    ['trials=1,x', 400, '/trials'],
    ['trials=1,2&metric=r2', 400, '/metric'],
    ['trials=1,2&folds=3', 400, '/folds'],
    ['trials=1,99', 404, undefined],
  ])('answers ?%s with %i', async (query, status, pointer) => {
    const answer = await get(query);
    expect(answer.statusCode).toBe(status);
    if (pointer !== undefined) expect(answer.json().errors[0]).toMatchObject({ pointer });
  });

  it('knows no search that is not there', async () => {
    expect((await get('trials=1,2', 'se_none')).statusCode).toBe(404);
  });
});
