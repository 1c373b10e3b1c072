import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { digestModelBytes } from '@holdfast/core/training/encode-model';
import { type RefitInput, refitTrial } from '@holdfast/core/training/refit-trial';
import { findDataset } from '@holdfast/db/datasets';
import { listFoldModels, queueFoldModels } from '@holdfast/db/fold-models';
import { deleteModel, findModel, insertModel, loadModelBytes, type ModelRecord } from '@holdfast/db/models';
import { loadTrialResults } from '@holdfast/db/trials';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { loadTrainingSet } from './load-training-set.ts';
import { createTestDatabase, type TestDatabase } from './temporary-services.suite.ts';
import { endlessTrial, insertSpiral, smallTrial, submitSpec, waitForSearch } from './worker.suite.ts';
import { WorkerProcesses } from './worker-processes.suite.ts';

const until = { timeout: 30_000, interval: 25 };

let database: TestDatabase;
let dataset: string;
const processes = new WorkerProcesses();

beforeAll(async () => {
  database = await createTestDatabase();
  dataset = await insertSpiral(database.db);
}, 60_000);
afterEach(() => processes.killAll());
afterAll(() => database.drop());

const startProcess = (environment: Record<string, string> = {}) =>
  processes.start({ DATABASE_URL: database.url, HOLDFAST_THREADS: '1', ...environment });

const spec: RefitInput['spec'] = {
  seed: 7,
  earlyStopping: null,
  refit: { seeds: 2, keep: 'lowestTrainingLoss' },
};

async function queue(params: Partial<Hyperparameters> = {}, data = dataset): Promise<string> {
  const { name, digest, features, classes, target } = (await findDataset(database.db, dataset))!;
  const id = `mo_${randomBytes(10).toString('hex')}`;
  await insertModel(database.db, {
    id,
    searchId: `se_${'0'.repeat(20)}`,
    trial: 3,
    datasetId: data,
    description: {
      dataset: { id: data, name, digest },
      task: 'classification',
      target,
      classes,
      features,
      params: { ...smallTrial, ...params },
      weightCount: 51,
      validation: { metric: 'accuracy', mean: 0.9, standardError: null, corrected: null },
      rows: 120,
    },
    training: { ...spec, foldEpochs: [] },
  });
  return id;
}

const waitFor = (id: string, holds: (model: ModelRecord) => boolean) =>
  vi.waitFor(async () => {
    const model = (await findModel(database.db, id))!;
    expect(holds(model), `not yet: ${JSON.stringify(model)}`).toBe(true);
    return model;
  }, until);

async function expectTheModel(id: string, params: Partial<Hyperparameters> = {}): Promise<void> {
  const { db } = database;
  const data = await loadTrainingSet(db, dataset);
  const outcome = refitTrial({ data, trial: 3, params: { ...smallTrial, ...params }, spec, foldEpochs: [] });
  if (outcome.status !== 'completed') throw new Error(outcome.status);
  const model = (await findModel(db, id))!;
  expect(model.digest).toBe(outcome.parametersDigest);
  expect(digestModelBytes((await loadModelBytes(db, id))!)).toBe(model.digest);
  expect(model.result).toMatchObject({
    kept: outcome.kept,
    trainingLoss: outcome.trainingLoss,
    epochs: outcome.epochs,
  });
  expect(model.result!.runs).toHaveLength(2);
}

test('a worker trains a model to the bytes that the pure function gives, whichever engine it has', async () => {
  for (const HOLDFAST_ENGINE of ['wasm', 'reference']) {
    const worker = await startProcess({ HOLDFAST_ENGINE });
    const id = await queue();
    const done = await waitFor(id, ({ status }) => status === 'completed');
    expect(done).toMatchObject({ attempt: 1, worker: worker.workerId, result: { engine: HOLDFAST_ENGINE } });
    await expectTheModel(id);
    worker.kill('SIGKILL');
    await once(worker, 'exit');
  }
});

test('the model of a killed worker is taken over, and comes to the same bytes', async () => {
  const long = { hiddenLayers: [64, 64], epochs: 1500 };
  const victim = await startProcess();
  const id = await queue(long);
  await waitFor(id, ({ status }) => status === 'running');
  victim.kill('SIGKILL');
  await once(victim, 'exit');
  const heir = await startProcess();
  const done = await waitFor(id, ({ status }) => status === 'completed');
  expect(done).toMatchObject({ attempt: 2, worker: heir.workerId });
  await expectTheModel(id, long);
});

test('a worker that is told to stop gives its model back', async () => {
  const worker = await startProcess();
  const id = await queue(endlessTrial);
  await waitFor(id, ({ status }) => status === 'running');
  const exit = once(worker, 'exit');
  worker.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
  expect(await findModel(database.db, id)).toMatchObject({ status: 'queued', worker: null, attempt: 1 });
  await deleteModel(database.db, id);
});

test('a deleted model is trained no further, and the next one is', async () => {
  await startProcess();
  const endless = await queue(endlessTrial);
  await waitFor(endless, ({ status }) => status === 'running');
  const next = await queue();
  await deleteModel(database.db, endless);
  await waitFor(next, ({ status }) => status === 'completed');
});

test('what cannot be trained fails with its reason', async () => {
  await startProcess();
  const gone = `ds_${'0'.repeat(20)}`;
  const orphan = await queue({}, gone);
  const hot = await queue({ optimizer: 'sgd', learningRate: 1e30, hiddenLayers: [8, 8] });
  expect(await waitFor(orphan, ({ status }) => status === 'failed')).toMatchObject({
    reason: `There is no data set ${gone}.`,
  });
  expect(await waitFor(hot, ({ status }) => status === 'failed')).toMatchObject({
    attempt: 1,
    reason: expect.stringContaining('diverged at epoch'),
  });
});

test('a fold is trained once more to what was scored, and refused where it is not', async () => {
  const { db } = database;
  await startProcess();
  // Its best trial came by way of two rungs: once more it is trained in one go.
  const search = await submitSpec(db, dataset, {
    space: { hiddenLayers: [[8]], learningRate: { min: 0.01, max: 0.1, scale: 'log' }, epochs: 6 },
    strategy: { kind: 'halving', trials: 3, minEpochs: 2 },
    crossValidation: { kind: 'stratified', folds: 3 },
  });
  await waitForSearch(db, search, ({ status }) => status === 'completed');
  const { trial, params } = (await loadTrialResults(db, search)).find(
    ({ status }) => status === 'completed',
  )!;
  // Another fold's predictions in the place of its own: as if something else had been scored.
  await db.pool.query(
    `UPDATE fold_records SET predictions = (
       SELECT predictions FROM fold_records WHERE search_id = $1 AND trial = $2 AND fold = 0)
     WHERE search_id = $1 AND trial = $2 AND fold = 2`,
    [search, trial],
  );
  await queueFoldModels(db, {
    searchId: search,
    trial,
    datasetId: dataset,
    params: params as Hyperparameters,
    folds: [0, 1, 2].map((fold) => ({ id: `mo_${randomBytes(10).toString('hex')}`, repeat: 0, fold })),
  });
  const models = await vi.waitFor(async () => {
    const found = await listFoldModels(db, search, trial);
    expect(found.every(({ status }) => status === 'completed' || status === 'failed')).toBe(true);
    return found;
  }, until);
  expect(models.map(({ status }) => status)).toEqual(['completed', 'completed', 'failed']);
  expect(models[2]?.reason).toContain('predicts otherwise than when it was scored');
  expect(await loadModelBytes(db, models[0]!.id)).not.toEqual(await loadModelBytes(db, models[1]!.id));
});
