import type { Dataset } from '@holdfast/contracts/dataset';
import { numericsVersion } from '@holdfast/contracts/versions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDataset, type Service, startService } from '../../test/service.ts';

let service: Service;
let dataset: Dataset;

beforeAll(async () => {
  service = await startService();
  dataset = await addDataset(service.database, 'toy');
});
afterAll(() => service.stop());

const post = (payload: unknown, url = '/v1/searches', headers: Record<string, string> = {}) =>
  service.app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', ...headers },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  });
const countSearches = async () =>
  (await service.app.inject('/v1/searches?limit=1000')).json<{ items: unknown[] }>().items.length;

describe('POST /v1/searches', () => {
  it('runs with a data set alone', async () => {
    const answer = await post({ dataset: 'toy' });
    expect(answer.statusCode).toBe(202);
    const search = answer.json();
    expect(answer.headers.location).toBe(`/v1/searches/${search.id}`);
    expect(search).toMatchObject({
      id: expect.stringMatching(/^se_[0-9a-z]{20}$/),
      dataset: dataset.id,
      status: 'queued',
      repeatable: true,
      testSeen: false,
      progress: {
        trials: { total: 20, waiting: 20, running: 0, completed: 0 },
        folds: { total: 100, completed: 0 },
        etaSeconds: null,
      },
      best: null,
      spec: {
        dataset: dataset.id,
        seed: 0,
        strategy: { kind: 'random', trials: 20 },
        crossValidation: { kind: 'stratified', folds: 5, repeats: 1, seed: expect.any(Number) },
        objective: { metric: 'accuracy' },
      },
      numericsVersion,
      startedAt: null,
      finishedAt: null,
    });
    const again = await service.app.inject(answer.headers.location as string);
    expect(again.json()).toEqual(search);
  });

  it('makes a large one like a small one, on a thread of its own, and refuses it like one', async () => {
    const large = { dataset: 'toy', strategy: { kind: 'random', trials: 600 } };
    const answer = await post(large, '/v1/searches', { 'idempotency-key': 'large' });
    expect(answer.statusCode).toBe(202);
    const { id, createdAt, ...search } = answer.json();
    expect(search.progress).toMatchObject({ trials: { total: 600, waiting: 600 }, folds: { total: 3000 } });
    expect((await service.app.inject(`/v1/searches/${id}`)).json()).toEqual({ id, createdAt, ...search });
    expect((await post(large, '/v1/searches', { 'idempotency-key': 'large' })).json().id).toBe(id);
    expect((await post(large, '/v1/searches?dryRun=true')).json()).toMatchObject({
      trials: 600,
      folds: 3000,
    });

    const refused = await post({ ...large, crossValidation: { kind: 'stratified', folds: 50 } });
    expect(refused.statusCode).toBe(422);
    expect(refused.json().errors[0].pointer).toMatch(/^\/crossValidation/);
    const tooMany = await post({ ...large, strategy: { kind: 'random', trials: 100_001 } });
    expect(tooMany.json()).toMatchObject({ status: 422, errors: [{ pointer: '/strategy/trials' }] });
    await service.database.pool.query('DELETE FROM searches WHERE id = $1', [id]);
  });

  it('refuses more training than the service takes on', async () => {
    const spec = {
      space: { hiddenLayers: [[10_000, 10_000]], batchSize: 1, epochs: 1_000_000 },
      strategy: { kind: 'random', trials: 400 },
    };
    const answer = await post({ dataset: 'toy', ...spec });
    expect(answer.statusCode).toBe(422);
    expect(answer.json().errors[0]).toMatchObject({ pointer: '/space' });
    expect(answer.json().errors[0].message).toMatch('HOLDFAST_MAX_PARAMETER_EPOCHS');
  });

  it.each([
    ['a flat list of units', { space: { hiddenLayers: [128, 64] } }, '/space/hiddenLayers', /\[\[128,64\]\]/],
    ['an unknown field', { optimiser: 'adam' }, '/optimiser', /Unknown field/],
    ['an unknown field inside', { space: { learningrate: 0.1 } }, '/space/learningrate', /Unknown field/],
    ['text for a number', { space: { learningRate: '0.1' } }, '/space/learningRate', /./],
    ['null for a number', { seed: null }, '/seed', /./],
    ['no data set of this name', { dataset: 'irsi' }, '/dataset', /no data set/],
    [
      'more folds than rows of a class',
      { crossValidation: { kind: 'stratified', folds: 30 } },
      '/crossValidation/folds',
      /30/,
    ],
    [
      'a fraction of a fold',
      { crossValidation: { kind: 'plain', folds: 2.5 } },
      '/crossValidation/folds',
      /./,
    ],
    [
      'a grid of 10^12',
      {
        strategy: { kind: 'grid' },
        space: Object.fromEntries(
          ['learningRate', 'l1', 'l2', 'noise'].map((name) => [name, { min: 0.001, max: 0.1, points: 1000 }]),
        ),
      },
      '/space',
      /,000,000,000,000 trials/,
    ],
    ['a metric of regression', { objective: { metric: 'r2' } }, '/objective/metric', /./],
    [
      'a network too large for any worker',
      { space: { hiddenLayers: [Array(8).fill(65_536)] } },
      '/space',
      /GiB/,
    ],
  ])('refuses %s and says where', async (_name, change, pointer, message) => {
    const before = await countSearches();
    const answer = await post({ dataset: 'toy', ...change });
    expect(answer.statusCode).toBe(422);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    const problem = answer.json();
    expect(problem).toMatchObject({
      type: '/docs/errors#invalid-search',
      status: 422,
      title: expect.any(String),
    });
    const placed = problem.errors.find((error: { pointer: string }) => error.pointer.startsWith(pointer));
    expect(placed, JSON.stringify(problem)).toBeDefined();
    expect(placed.message).toMatch(message);
    expect(await countSearches()).toBe(before);
  });

  it.each(['__proto__', 'constructor', 'prototype'])(
    'refuses the key %s, wherever it stands',
    async (key) => {
      const top = await post(`{"dataset":"toy","${key}":{"seed":1}}`);
      expect(top.statusCode).toBe(422);
      expect(top.json().errors).toEqual([{ pointer: `/${key}`, message: expect.any(String) }]);
      const inner = await post(`{"dataset":"toy","space":[{"${key}":1}]}`);
      expect(inner.statusCode).toBe(422);
      expect(inner.json().errors).toEqual([{ pointer: `/space/0/${key}`, message: expect.any(String) }]);
    },
  );

  it('refuses a body that is no object, or none', async () => {
    for (const body of ['[]', '"iris"', 'null', '3']) {
      const answer = await post(body);
      expect(answer.statusCode).toBe(422);
      expect(answer.json().errors).toEqual([{ pointer: '', message: expect.any(String) }]);
    }
    expect((await post('')).statusCode).toBe(422);
  });

  it('answers a dry run with the plan, and creates nothing', async () => {
    const before = await countSearches();
    const spec = {
      dataset: 'toy',
      space: { hiddenLayers: [[4], [8, 8]], learningRate: [0.01, 0.1], epochs: 10 },
      crossValidation: { kind: 'stratified', folds: 4, repeats: 2 },
    };
    const answer = await post(spec, '/v1/searches?dryRun=true');
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      trials: 4,
      folds: 32,
      // 2·8 + 8 + 8·8 + 8 + 8·2 + 2
      largestWeightCount: 114,
      estimatedSeconds: expect.any(Number),
      warnings: expect.arrayContaining([{ code: 'noWorkers', message: expect.any(String) }]),
      spec: { strategy: { kind: 'grid' } },
    });
    expect((await post({ dataset: 'nothing' }, '/v1/searches?dryRun=true')).statusCode).toBe(422);
    expect(await countSearches()).toBe(before);
  });
});

describe('Idempotency-Key', () => {
  it('makes one search of fifty requests at once', async () => {
    const before = await countSearches();
    const body = { dataset: 'toy', name: 'once', space: { learningRate: 0.01, epochs: 3 } };
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => post(body, '/v1/searches', { 'idempotency-key': 'fifty' })),
    );
    expect(await countSearches()).toBe(before + 1);
    const statuses = new Set(answers.map(({ statusCode }) => statusCode));
    expect([...statuses].every((status) => status === 202 || status === 409)).toBe(true);
    for (const answer of answers.filter(({ statusCode }) => statusCode === 409)) {
      expect(answer.json().type).toBe('/docs/errors#idempotency-in-progress');
    }
    const later = await post(body, '/v1/searches', { 'idempotency-key': 'fifty' });
    const [first] = answers.filter(({ statusCode }) => statusCode === 202);
    expect(later.statusCode).toBe(202);
    expect(later.body).toBe(first?.body);
    expect(later.headers.location).toBe(first?.headers.location);
  });

  it('refuses another body under the same key', async () => {
    const headers = { 'idempotency-key': 'mismatch' };
    expect((await post({ dataset: 'toy' }, '/v1/searches', headers)).statusCode).toBe(202);
    const other = await post({ dataset: 'toy', seed: 1 }, '/v1/searches', headers);
    expect(other.statusCode).toBe(422);
    expect(other.json()).toMatchObject({ type: '/docs/errors#idempotency-mismatch' });
    expect(other.json().errors.length).toBeGreaterThan(0);
  });

  it('keeps no failed request: the corrected one may take the key', async () => {
    const headers = { 'idempotency-key': 'corrected' };
    expect((await post({ dataset: 'tyo' }, '/v1/searches', headers)).statusCode).toBe(422);
    expect((await post({ dataset: 'toy' }, '/v1/searches', headers)).statusCode).toBe(202);
  });
});
