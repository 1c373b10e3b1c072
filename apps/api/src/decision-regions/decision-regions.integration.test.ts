import { type DecisionRegions, decisionRegionsSchema } from '@holdfast/contracts/decision-regions';
import { foldRows } from '@holdfast/core/splits/fold-rows';
import { digestModelBytes, encodeModel } from '@holdfast/core/training/encode-model';
import { retrainFold } from '@holdfast/core/training/retrain-fold';
import { loadTrainingRows } from '@holdfast/db/datasets';
import { listFoldModels } from '@holdfast/db/fold-models';
import { acceptModel, claimModel, failModel } from '@holdfast/db/model-training';
import { deleteSearch, loadFoldAssignments } from '@holdfast/db/searches';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addDataset, addWorker, complete, type Service, startService, submit } from '../../test/service.ts';

let service: Service;
let search: string;

beforeAll(async () => {
  service = await startService();
  await addDataset(service.database, 'toy');
  await addWorker(service.database);
  ({ id: search } = await submit(service.app, {
    dataset: 'toy',
    space: { hiddenLayers: [[4]], learningRate: [0.05, 0.1], epochs: 20, batchSize: 8 },
  }));
  await complete(service.database, search, [0.75]);
});
afterAll(() => service.stop());

const path = (trial: number) => `/v1/searches/${search}/trials/${trial}/decision-regions`;
const show = async (across = 8): Promise<DecisionRegions> =>
  (await service.app.inject(`${path(0)}?across=${across}`)).json();
const ask = (trial: number) => service.app.inject({ method: 'POST', url: path(trial) });

/** What a worker does. */
async function train(id: string): Promise<void> {
  const { database } = service;
  const claim = (await claimModel(database, { id, worker: 'w_test', leaseSeconds: 60 }))!;
  const { repeat, fold } = claim.fold!;
  const { rows, columns, features, targets } = await loadTrainingRows(database, claim.datasetId);
  const [assignment] = await loadFoldAssignments(database, claim.searchId);
  const outcome = retrainFold({
    data: { task: 'classification', rows, columns, outputs: 2, features, targets: targets as Int32Array },
    ...foldRows([assignment!], 0, fold, 0),
    params: claim.params,
    earlyStopping: null,
    seed: deriveSeed(0, claim.trial, repeat, fold),
  });
  if (outcome.status !== 'completed' || outcome.model === null) throw new Error(outcome.status);
  const bytes = encodeModel(outcome.model);
  const result = { numericsVersion: 1, engine: 'wasm', engineVersion: '0.1.0', seconds: 0.1 };
  const key = { id, attempt: claim.attempt, worker: 'w_test' };
  expect(await acceptModel(database, key, { result, digest: digestModelBytes(bytes), bytes })).toBe(
    'accepted',
  );
}

it('has the folds trained once more when asked, and shows what each decides', async () => {
  expect((await show()).folds.map(({ status }) => status)).toEqual(Array(5).fill('absent'));
  const asked = await ask(0);
  expect(asked.statusCode).toBe(202);
  expect(asked.json().folds.map(({ status }: { status: string }) => status)).toEqual(Array(5).fill('queued'));
  const models = await listFoldModels(service.database, search, 0);
  // Asked twice, it is trained once.
  expect((await ask(0)).statusCode).toBe(202);
  expect(await listFoldModels(service.database, search, 0)).toEqual(models);

  await train(models[0]!.id);
  const regions = await show();
  expect(decisionRegionsSchema.parse(regions)).toEqual(regions);
  expect(regions).toMatchObject({ features: ['x', 'y'], classes: ['left', 'right'], across: 8 });
  expect(regions.range.x[0]).toBeLessThan(-1);
  expect(regions.range.x[1]).toBeGreaterThan(1);
  const [first, second] = regions.folds;
  expect(second).toMatchObject({ status: 'queued', outputs: null, probabilities: null });
  // The classes are told apart by x: on the left of every line it says left, on the right right.
  expect(first?.outputs).toHaveLength(64);
  for (let line = 0; line < 8; line++) {
    expect(first?.outputs?.[line * 8]).toBe(0);
    expect(first?.outputs?.[line * 8 + 7]).toBe(1);
  }
  for (const probability of first?.probabilities ?? []) {
    expect(probability).toBeGreaterThanOrEqual(0.5);
    expect(probability).toBeLessThanOrEqual(1);
  }
});

it('says why one could not be had, and tries it again when asked again', async () => {
  const [, second] = await listFoldModels(service.database, search, 0);
  const claim = (await claimModel(service.database, { id: second!.id, worker: 'w_test', leaseSeconds: 60 }))!;
  const key = { id: second!.id, attempt: claim.attempt, worker: 'w_test' };
  await failModel(service.database, key, { kind: 'diverged', reason: 'It predicts otherwise.' });
  expect((await show()).folds[1]).toMatchObject({ status: 'failed', reason: 'It predicts otherwise.' });
  await ask(0);
  expect((await show()).folds.map(({ status }) => status)).toEqual(['completed', ...Array(4).fill('queued')]);
});

it('is not to be had of a trial that is not completed, of other data, and of what is not there', async () => {
  expect((await ask(1)).statusCode).toBe(409);
  expect((await ask(99)).statusCode).toBe(404);
  expect((await service.app.inject(`${path(0)}?across=4`)).statusCode).toBe(400);
});

it('are no final models, and go with their search', async () => {
  const { database, app } = service;
  const [model] = await listFoldModels(database, search, 0);
  expect((await app.inject(`/v1/models?search=${search}`)).json().items).toEqual([]);
  expect((await app.inject(`/v1/models/${model!.id}`)).statusCode).toBe(404);
  expect((await app.inject({ method: 'DELETE', url: `/v1/models/${model!.id}` })).statusCode).toBe(404);
  await app.inject({ method: 'POST', url: `/v1/searches/${search}/cancel` });
  expect(await deleteSearch(database, search)).toBe('deleted');
  expect(await listFoldModels(database, search, 0)).toEqual([]);
});
