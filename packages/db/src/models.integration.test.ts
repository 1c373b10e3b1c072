import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../test/database.ts';
import { exampleSearch, uniqueId } from '../test/examples.ts';
import {
  acceptModel,
  claimModel,
  expireModelLeases,
  failModel,
  giveBackModel,
  renewModelLease,
  takeRunnableModels,
} from './model-training.ts';
import {
  deleteModel,
  findModel,
  insertModel,
  listModels,
  loadModelBytes,
  type ModelResult,
  type NewModel,
} from './models.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

function exampleModel(): NewModel {
  const search = exampleSearch('ds_1');
  return {
    id: uniqueId('mo'),
    searchId: search.id,
    trial: 3,
    datasetId: 'ds_1',
    description: {
      dataset: { id: 'ds_1', name: 'data', digest: `sha256:${'0'.repeat(64)}` },
      task: 'classification',
      target: ['class'],
      classes: ['a', 'b'],
      features: [{ name: 'x', kind: 'number' }],
      params: search.trials[0]!.params as Hyperparameters,
      weightCount: 10,
      validation: { metric: 'accuracy', mean: 0.9, standardError: 0.01, corrected: null },
      rows: 100,
    },
    training: {
      seed: 7,
      earlyStopping: null,
      refit: { seeds: 1, keep: 'lowestTrainingLoss' },
      foldEpochs: [10, 12],
    },
  };
}

const result: ModelResult = {
  kept: 0,
  runs: [{ run: 0, seed: '0123456789abcdef', training: { loss: 0.1 }, reason: null, steps: 100 }],
  trainingLoss: { min: 0.1, max: 0.1, mean: 0.1, std: null },
  epochs: 100,
  numericsVersion: 1,
  engine: 'wasm',
  engineVersion: '0.1.0',
  seconds: 0.5,
};
const digest = `sha256:${'a'.repeat(64)}`;
const bytes = Uint8Array.from({ length: 5_000_000 }, (_, i) => i % 251);
const handedIn = { result, digest, bytes };

async function claim(id: string, worker: string) {
  const claimed = await claimModel(db, { id, worker, leaseSeconds: 60 });
  return claimed && { id, worker, attempt: claimed.attempt };
}

const lapse = (id: string) =>
  db.pool.query(`UPDATE models SET lease_until = now() - interval '1 second' WHERE id = $1`, [id]);

test('a model is queued, claimed once, handed in whole, and then stays as it is', async () => {
  const model = exampleModel();
  const made = await insertModel(db, model);
  expect(made).toMatchObject({ ...model, status: 'queued', result: null, digest: null, attempt: 0 });
  expect(await insertModel(db, model)).toEqual(made);
  expect(await loadModelBytes(db, model.id)).toBeNull();

  const claims = await Promise.all(['one', 'two', 'three'].map((worker) => claim(model.id, worker)));
  const [held, ...more] = claims.filter((found) => found !== null);
  expect(more).toEqual([]);
  expect(await findModel(db, model.id)).toMatchObject({
    status: 'running',
    worker: held!.worker,
    attempt: 1,
  });
  expect(await acceptModel(db, held!, handedIn)).toBe('accepted');
  expect(await acceptModel(db, held!, { ...handedIn, digest: `sha256:${'b'.repeat(64)}` })).toBe('late');
  const done = await findModel(db, model.id);
  expect(done).toMatchObject({ status: 'completed', result, digest, reason: null, worker: held!.worker });
  expect(done!.revision).toBeGreaterThan(made.revision);
  expect((await loadModelBytes(db, model.id))!.equals(bytes)).toBe(true);

  await expect(
    db.pool.query(`UPDATE models SET state = 'queued', finished_at = NULL WHERE id = $1`, [model.id]),
  ).rejects.toMatchObject({ code: 'HF001' });
});

test('a lease that ran out goes to a second attempt, which wins; the first comes late', async () => {
  const { id } = await insertModel(db, exampleModel());
  const first = (await claim(id, 'slow'))!;
  expect(await renewModelLease(db, first, 60)).toBe(true);
  expect(await expireModelLeases(db)).toBe(0);
  await lapse(id);
  expect(await expireModelLeases(db)).toBe(1);
  expect(await findModel(db, id)).toMatchObject({
    status: 'queued',
    worker: null,
    reason: expect.stringContaining('lease ran out'),
  });
  const second = (await claim(id, 'quick'))!;
  expect(second.attempt).toBe(2);
  expect(await renewModelLease(db, first, 60)).toBe(false);
  expect(await acceptModel(db, first, { ...handedIn, digest: `sha256:${'b'.repeat(64)}` })).toBe('late');
  expect(await failModel(db, first, { kind: 'diverged', reason: 'x' })).toBe('late');
  await giveBackModel(db, first);
  expect(await acceptModel(db, second, handedIn)).toBe('accepted');
  expect(await findModel(db, id)).toMatchObject({ status: 'completed', digest, worker: 'quick' });
});

test('a diverged training is final; an error gets one retry; losses are borne twenty times', async () => {
  const diverged = (await claim((await insertModel(db, exampleModel())).id, 'w'))!;
  expect(await failModel(db, diverged, { kind: 'diverged', reason: 'diverged at epoch 1' })).toBe('failed');
  expect(await findModel(db, diverged.id)).toMatchObject({ status: 'failed', reason: 'diverged at epoch 1' });

  const { id } = await insertModel(db, exampleModel());
  for (const outcome of ['requeued', 'failed']) {
    const held = (await claim(id, 'w'))!;
    expect(await failModel(db, held, { kind: 'training', reason: 'thrown' })).toBe(outcome);
  }
  const lost = await insertModel(db, exampleModel());
  for (let loss = 1; loss <= 21; loss++) {
    expect(await claim(lost.id, 'w')).toMatchObject({ attempt: loss });
    await lapse(lost.id);
    await expireModelLeases(db);
  }
  expect(await findModel(db, lost.id)).toMatchObject({ status: 'failed', attempt: 21 });
  expect(await claim(lost.id, 'w')).toBeNull();
});

test('what is given back is to be had at once, and nothing is counted', async () => {
  const { id } = await insertModel(db, exampleModel());
  for (let round = 0; round < 25; round++) await giveBackModel(db, (await claim(id, 'w'))!);
  expect(await findModel(db, id)).toMatchObject({ status: 'queued', attempt: 25, worker: null });
});

test('each is published once, and again when nobody claimed it', async () => {
  await db.pool.query('DELETE FROM models');
  const ids: string[] = [];
  for (let i = 0; i < 4; i++) ids.push((await insertModel(db, exampleModel())).id);
  const take = (limit: number, republishAfterSeconds = 60) =>
    takeRunnableModels(db, { limit, republishAfterSeconds });
  const taken = await Promise.all([take(2), take(2), take(2)]);
  expect(new Set(taken.flat())).toEqual(new Set(ids));
  expect(taken.flat()).toHaveLength(4);
  expect(await take(10)).toEqual([]);
  await claim(ids[0]!, 'w');
  expect(new Set(await take(10, 0))).toEqual(new Set(ids.slice(1)));
});

test('lists newest first, in pages, by search and state; deletion ends a claim', async () => {
  await db.pool.query('DELETE FROM models');
  const models: NewModel[] = [exampleModel(), exampleModel(), exampleModel()];
  for (const model of models) await insertModel(db, model);
  const first = await listModels(db, { limit: 2 });
  const rest = await listModels(db, { limit: 2, cursor: first.nextCursor });
  expect(rest.nextCursor).toBeNull();
  const created = [...first.items, ...rest.items].map(({ createdAt }) => createdAt.getTime());
  expect(created).toEqual(created.toSorted((a, b) => b - a));
  const held = (await claim(models[1]!.id, 'w'))!;
  const running = await listModels(db, { limit: 10, status: 'running' });
  expect(running.items.map(({ id }) => id)).toEqual([models[1]!.id]);
  const ofSearch = await listModels(db, { limit: 10, search: models[2]!.searchId });
  expect(ofSearch.items.map(({ id }) => id)).toEqual([models[2]!.id]);
  expect(await deleteModel(db, models[1]!.id)).toBe(true);
  expect(await deleteModel(db, models[1]!.id)).toBe(false);
  expect(await renewModelLease(db, held, 60)).toBe(false);
  expect(await acceptModel(db, held, handedIn)).toBe('late');
});
