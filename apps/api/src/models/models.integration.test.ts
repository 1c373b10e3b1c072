import { modelSchema } from '@holdfast/contracts/model';
import { modelArtifactSchema } from '@holdfast/contracts/model-artifact';
import { predictionsSchema } from '@holdfast/contracts/predictions';
import { encodeModel } from '@holdfast/core/training/encode-model';
import { refitTrial } from '@holdfast/core/training/refit-trial';
import { loadTrainingRows } from '@holdfast/db/datasets';
import { acceptModel, claimModel, failModel } from '@holdfast/db/model-training';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDataset, addWorker, complete, type Service, startService, submit } from '../../test/service.ts';

let service: Service;
let search: string;

beforeAll(async () => {
  service = await startService();
  await addDataset(service.database, 'toy');
  await addWorker(service.database);
  ({ id: search } = await submit(service.app, {
    name: 'first | <grid>',
    dataset: 'toy',
    space: { hiddenLayers: [[4], [8], [16]], learningRate: 0.05, epochs: 20, batchSize: 8 },
    refit: { seeds: 2 },
  }));
  await complete(service.database, search, [0.75, 0.875]);
});
afterAll(() => service.stop());

const get = (url: string, headers = {}) => service.app.inject({ url, headers });
const post = (url: string, payload?: unknown, headers: Record<string, string> = {}) =>
  service.app.inject({
    method: 'POST',
    url,
    headers,
    ...(payload !== undefined && { payload: payload as object }),
  });
const order = (payload?: unknown, headers = {}) => post(`/v1/searches/${search}/models`, payload, headers);

/** What a worker does. */
async function train(id: string): Promise<void> {
  const { database } = service;
  const claim = (await claimModel(database, { id, worker: 'w_test', leaseSeconds: 60 }))!;
  const { rows, columns, features, targets } = await loadTrainingRows(database, claim.datasetId);
  const { foldEpochs, ...spec } = claim.training;
  const outcome = refitTrial({
    data: { task: 'classification', rows, columns, outputs: 2, features, targets: targets as Int32Array },
    trial: claim.trial,
    params: claim.params,
    spec,
    foldEpochs,
  });
  if (outcome.status !== 'completed') throw new Error(outcome.status);
  const { kept, runs, trainingLoss, epochs, parametersDigest, model } = outcome;
  const accepted = await acceptModel(
    database,
    { id, attempt: claim.attempt, worker: 'w_test' },
    {
      result: {
        kept,
        runs,
        trainingLoss,
        epochs,
        numericsVersion: 1,
        engine: 'wasm',
        engineVersion: '0.1.0',
        seconds: 0.1,
      },
      digest: parametersDigest,
      bytes: encodeModel(model),
    },
  );
  expect(accepted).toBe('accepted');
}

async function trained(): Promise<string> {
  const { id } = (await order({ trial: 1 })).json();
  await train(id);
  return id;
}

describe('POST …/models', () => {
  it('queues the recommended trial, or the one that is named', async () => {
    const { recommended } = (await get(`/v1/searches/${search}/leaderboard`)).json();
    const answer = await order();
    expect(answer.statusCode).toBe(202);
    const model = answer.json();
    expect(modelSchema.parse(model)).toEqual(model);
    expect(answer.headers['location']).toBe(`/v1/models/${model.id}`);
    expect(model).toMatchObject({ status: 'queued', trial: recommended.trial, parametersDigest: null });
    const named = (await order({ trial: 0 })).json();
    expect(named).toMatchObject({
      trial: 0,
      search,
      params: { hiddenLayers: [4] },
      validation: { metric: 'accuracy', mean: 0.75, standardError: 0 },
      refit: { seeds: 2, kept: null, runs: [], trainingLoss: null },
      epochs: { trained: null, rule: 'asGiven' },
      rows: 40,
    });
    expect((await get(`/v1/models/${named.id}`)).json()).toEqual(named);
  });

  it('makes one for each Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'model-1' };
    const one = (await order({ trial: 1 }, headers)).json();
    expect((await order({ trial: 1 }, headers)).json()).toEqual(one);
    expect((await order({ trial: 0 }, headers)).statusCode).toBe(422);
  });

  it('refuses what cannot be made, and says why', async () => {
    expect((await order({ trial: 9 })).json()).toMatchObject({
      status: 404,
      errors: [{ pointer: '/trial', message: `There is no trial 9 in ${search}.` }],
    });
    expect((await order({ trial: 2 })).json()).toMatchObject({
      status: 409,
      detail: 'Trial 2 is waiting; a model is made of a completed one.',
    });
    expect((await post('/v1/searches/se_x/models', {})).statusCode).toBe(404);
    for (const body of [{ trial: '1' }, { trial: -1 }, { trial: null }, { trials: [1] }, [1]])
      expect((await order(body)).statusCode).toBe(400);
    const { id } = await submit(service.app, { dataset: 'toy', space: { hiddenLayers: [[4]] } });
    expect((await post(`/v1/searches/${id}/models`, {})).json()).toMatchObject({
      status: 409,
      detail: expect.stringContaining('No trial has a score yet'),
    });
  });

  it('is not for a part of nested cross-validation', async () => {
    const { id } = await submit(service.app, {
      dataset: 'toy',
      space: { hiddenLayers: [[4]], epochs: 5 },
      crossValidation: { kind: 'stratified', folds: 2, outer: { folds: 2 } },
    });
    const { rows } = await service.database.pool.query('SELECT id FROM searches WHERE nested_in = $1', [id]);
    expect(rows.length).toBeGreaterThan(0);
    for (const part of rows)
      expect((await post(`/v1/searches/${part.id}/models`, {})).json()).toMatchObject({
        status: 409,
        detail: expect.stringContaining(`nested cross-validation of ${id}`),
      });
  });
});

describe('GET /v1/models', () => {
  it('lists newest first, by search and state', async () => {
    const id = await trained();
    const list = (await get(`/v1/models?search=${search}&status=completed`)).json();
    expect(list.items[0]).toMatchObject({ id, status: 'completed' });
    expect((await get('/v1/models?search=se_none')).json()).toEqual({ items: [], nextCursor: null });
    const page = (await get('/v1/models?limit=1')).json();
    expect(page.items).toHaveLength(1);
    const next = (await get(`/v1/models?limit=1&cursor=${page.nextCursor}`)).json();
    expect(next.items[0].id).not.toBe(page.items[0].id);
    for (const query of ['status=done', 'limit=0', 'cursor=x', 'trial=1'])
      expect((await get(`/v1/models?${query}`)).statusCode).toBe(400);
  });

  it('carries an ETag, and holds the answer until something changes', async () => {
    const { id } = (await order({ trial: 1 })).json();
    const first = await get(`/v1/models/${id}`);
    const etag = first.headers['etag'] as string;
    expect((await get(`/v1/models/${id}`, { 'if-none-match': etag })).statusCode).toBe(304);
    const held = get(`/v1/models/${id}?waitSeconds=30`, { 'if-none-match': etag });
    await train(id);
    expect((await held).json()).toMatchObject({ id, status: expect.stringMatching(/running|completed/) });
    const done = (await get(`/v1/models/${id}`)).json();
    expect(modelSchema.parse(done)).toEqual(done);
    expect(done).toMatchObject({
      status: 'completed',
      parametersDigest: expect.stringMatching(/^sha256:/),
      epochs: { trained: 20 },
      refit: { seeds: 2, runs: [{ run: 0 }, { run: 1 }], trainingLoss: { std: expect.any(Number) } },
      engine: 'wasm',
    });
    expect(done.refit.runs[done.refit.kept].training.loss).toBe(done.refit.trainingLoss.min);
    // A pure function: whoever trains it gets the same.
    const again = await trained();
    expect((await get(`/v1/models/${again}`)).json().parametersDigest).toBe(done.parametersDigest);
  });

  it('outlives its search, and goes when it is deleted', async () => {
    const other = await submit(service.app, {
      dataset: 'toy',
      space: { hiddenLayers: [[4]], learningRate: 0.05, epochs: 5 },
    });
    await complete(service.database, other.id, [1]);
    const { id } = (await post(`/v1/searches/${other.id}/models`)).json();
    await train(id);
    const removal = await service.app.inject({ method: 'DELETE', url: `/v1/searches/${other.id}` });
    expect(removal.statusCode).toBe(204);
    expect((await get(`/v1/models/${id}`)).json()).toMatchObject({ status: 'completed', search: other.id });
    expect((await get(`/v1/models/${id}/card`)).body).toContain('deleted since');
    expect((await get(`/v1/models/${id}/artifact`)).statusCode).toBe(200);
    const url = `/v1/models/${id}`;
    expect((await service.app.inject({ method: 'DELETE', url })).statusCode).toBe(204);
    expect((await service.app.inject({ method: 'DELETE', url })).statusCode).toBe(404);
    for (const path of ['', '/artifact', '/card']) expect((await get(`${url}${path}`)).statusCode).toBe(404);
  });
});

describe('artifact, card and predictions', () => {
  it('predicts as the ONNX file does', async () => {
    const id = await trained();
    const onnx = await get(`/v1/models/${id}/artifact?format=onnx`);
    expect(onnx.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="${id}.onnx"`,
    });
    const headers = { 'if-none-match': onnx.headers['etag'] as string };
    expect((await get(`/v1/models/${id}/artifact?format=onnx`, headers)).statusCode).toBe(304);
    const session = await InferenceSession.create(onnx.rawPayload);
    const features = Float64Array.of(-1, -1, 1, -1, 0.1, 3);
    const { label, probabilities } = await session.run({ features: new Tensor('float64', features, [3, 2]) });
    const answer = await post(`/v1/models/${id}/predictions`, {
      rows: [
        { x: -1, y: -1 },
        { y: -1, x: 1 },
        { x: 0.1, y: 3 },
      ],
    });
    expect(answer.statusCode).toBe(200);
    const predictions = predictionsSchema.parse(answer.json());
    expect(predictions).toMatchObject({ model: id, items: [{ label: 'left' }, { label: 'right' }, {}] });
    for (const [row, item] of predictions.items.entries()) {
      if (!('probabilities' in item)) throw new Error('No probabilities.');
      expect(item.label).toBe((label!.data as string[])[row]);
      expect(item.probabilities['left']).toBeCloseTo((probabilities!.data as Float32Array)[2 * row]!, 5);
    }
    const csv = await post(`/v1/models/${id}/predictions`, 'y,x\n-1,-1\r\n-1,1\n3,0.1\n', {
      'content-type': 'text/csv',
    });
    expect(csv.json()).toEqual(answer.json());
  });

  it('names row and column of what it cannot take', async () => {
    const id = await trained();
    const predict = async (rows: unknown) => (await post(`/v1/models/${id}/predictions`, { rows })).json();
    expect(
      await predict([
        { x: 1, y: 2 },
        { x: '1', z: 3 },
      ]),
    ).toMatchObject({
      status: 422,
      type: '/docs/errors#invalid-rows',
      errors: [
        { pointer: '/rows/1/x', message: 'is the text "1", and must be a number' },
        { pointer: '/rows/1/y', message: expect.stringContaining('is missing') },
        { pointer: '/rows/1/z', message: expect.stringContaining('no feature of this name') },
      ],
    });
    expect(await predict([{ x: null, y: 1e300 }])).toMatchObject({
      errors: [{ pointer: '/rows/0/x', message: expect.stringContaining('is null') }],
    });
    expect(await predict([])).toMatchObject({ status: 422, errors: [{ pointer: '/rows' }] });
    expect(await predict([1])).toMatchObject({ errors: [{ pointer: '/rows/0' }] });
    const many = Array.from({ length: 10_001 }, () => ({ x: 1, y: 2 }));
    expect(await predict(many)).toMatchObject({
      status: 422,
      errors: [{ pointer: '/rows', message: expect.stringContaining('at most 10000') }],
    });
    expect((await predict(many.slice(1))).items).toHaveLength(10_000);
    for (const body of [{}, [], { rows: [{ x: 1, y: 2 }], more: 1 }])
      expect((await post(`/v1/models/${id}/predictions`, body)).statusCode).toBe(422);

    const csv = async (text: string) =>
      (await post(`/v1/models/${id}/predictions`, text, { 'content-type': 'text/csv' })).json();
    expect(await csv('x,y\n1,2\n1,b\n')).toMatchObject({
      status: 422,
      type: '/docs/errors#invalid-rows',
      errors: [{ message: expect.stringMatching(/^Line 3, column 2 \("y"\): "b" is not a number\.$/) }],
    });
    expect(await csv('x,kind\n1,left\n')).toMatchObject({
      status: 422,
      errors: [
        { message: expect.stringMatching(/^Line 1, column 2 \("kind"\)/) },
        { message: 'Line 1: the column "y" is missing.' },
      ],
    });
    expect(await csv('')).toMatchObject({ status: 422 });
    expect((await csv(`x,y\n${'1,2\n'.repeat(10_001)}`)).errors[0].message).toMatch(/10000 rows/);
    const plain = await post(`/v1/models/${id}/predictions`, 'x', { 'content-type': 'text/plain' });
    expect(plain.statusCode).toBe(415);
  });

  it('has all that is needed in the JSON', async () => {
    const id = await trained();
    const answer = await get(`/v1/models/${id}/artifact`);
    const artifact = answer.json();
    expect(modelArtifactSchema.parse(artifact)).toEqual(artifact);
    expect(artifact).toMatchObject({
      format: 'holdfast-model',
      features: [{ name: 'x' }, { name: 'y' }],
      classes: ['left', 'right'],
      training: { seed: 0, earlyStopping: null, refit: { seeds: 2 } },
      layers: [
        { inputs: 2, units: 8, activation: 'relu' },
        { inputs: 8, units: 2, activation: 'softmax' },
      ],
    });
    expect((await get(`/v1/models/${id}/artifact?format=pickle`)).statusCode).toBe(400);
  });

  it('writes a card', async () => {
    const id = await trained();
    const answer = await get(`/v1/models/${id}/card`);
    expect(answer.headers['content-type']).toBe('text/markdown; charset=utf-8');
    const { parametersDigest, dataset } = (await get(`/v1/models/${id}`)).json();
    for (const text of [
      'first \\| \\<grid\\>',
      parametersDigest,
      dataset.digest,
      'accuracy, mean over the folds | 0.875 ± 0 (standard error)',
      '2 runs; the one with the lowest training loss was kept.',
      'no locked test rows',
      '1. `x`',
    ])
      expect(answer.body).toContain(text);
    expect(answer.body.match(/^## .*/gm)).toEqual([
      '## Model',
      '## Data',
      '## Search',
      '## Hyperparameters',
      '## Validation',
      '## Training runs',
      '## Test',
      '## Use',
    ]);
  });

  it('says that a model is not there yet, or never will be', async () => {
    const { id } = (await order({ trial: 1 })).json();
    const waiting = await get(`/v1/models/${id}/artifact`);
    expect(waiting.json()).toMatchObject({
      status: 409,
      type: '/docs/errors#model-not-ready',
      detail: 'The model is queued.',
    });
    const claim = (await claimModel(service.database, { id, worker: 'w', leaseSeconds: 60 }))!;
    await failModel(
      service.database,
      { id, attempt: claim.attempt, worker: 'w' },
      { kind: 'diverged', reason: 'diverged at epoch 1' },
    );
    const failed = await post(`/v1/models/${id}/predictions`, { rows: [{ x: 1, y: 2 }] });
    expect(failed.json()).toMatchObject({ status: 409, detail: 'The model is failed: diverged at epoch 1.' });
    expect((await get(`/v1/models/${id}/card`)).body).toContain('failed: diverged at epoch 1');
  });

  it('counts models by state', async () => {
    const { body } = await get('/metrics');
    expect(body).toMatch(/^holdfast_models\{status="completed"\} [1-9]/m);
  });
});
