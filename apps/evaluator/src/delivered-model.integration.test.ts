import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dataset } from '@holdfast/contracts/dataset';
import type { Model } from '@holdfast/contracts/model';
import type { Reveal } from '@holdfast/contracts/reveal';
import type { Search } from '@holdfast/contracts/search';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Service, startService, submit } from '../../../apps/api/test/service.ts';
import { WorkerProcesses } from '../../../apps/worker/src/worker-processes.suite.ts';
import { type Evaluator, startEvaluator } from './start-evaluator.ts';

// The whole way, with a real worker: what the evaluator tests is what a worker trains and the API delivers.
let service: Service;
let evaluator: Evaluator;
let folder: string;
const workers = new WorkerProcesses();
const until = { timeout: 60_000, interval: 50 };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-delivered-'));
  service = await startService();
  evaluator = await startEvaluator({
    databaseUrl: service.logins.evaluator,
    keyFile: join(folder, 'evaluator', 'sealing-key.json'),
    signingKeyFile: join(folder, 'evaluator', 'signing-key.pem'),
    logLevel: 'silent',
  });
  await workers.start({ DATABASE_URL: service.logins.worker, HOLDFAST_THREADS: '1' });
});
afterAll(async () => {
  await workers.killAll();
  await evaluator?.close();
  await service.stop();
  await rm(folder, { recursive: true, force: true });
});

const get = async <T>(url: string): Promise<T> => (await service.app.inject({ url })).json();
const post = (url: string, payload: object = {}) => service.app.inject({ method: 'POST', url, payload });
const statusOf = async (url: string) => (await get<{ status: string }>(url)).status;

async function add(spec: object): Promise<Dataset> {
  const answer = await post('/v1/datasets', spec);
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json();
}

async function search(spec: Record<string, unknown>): Promise<Search> {
  const made = await submit(service.app, spec);
  await expect.poll(() => statusOf(`/v1/searches/${made.id}`), until).toBe('completed');
  return made;
}

async function reveal(id: string, trials?: number[]): Promise<Reveal> {
  const ordered = await post(`/v1/searches/${id}/reveal`, trials ? { trials } : {});
  expect(ordered.statusCode, ordered.body).toBe(202);
  const read = async () =>
    (await get<{ items: Reveal[] }>(`/v1/searches/${id}/reveals`)).items.find(
      (one) => one.id === ordered.json().id,
    )!;
  await expect.poll(async () => (await read()).status, until).toMatch(/completed|failed/);
  return read();
}

async function train(id: string, trial: number): Promise<Model> {
  const model: Model = (await post(`/v1/searches/${id}/models`, { trial })).json();
  await expect.poll(() => statusOf(`/v1/models/${model.id}`), until).toMatch(/completed|failed/);
  return get(`/v1/models/${model.id}`);
}

/** Numbers, categories, booleans and dates, with cells missing in each but the dates. */
function mixedRows(count: number) {
  const colours = ['red', 'green', 'blue'];
  return Array.from({ length: count }, (_, i) => {
    const colour = colours[(i * 7) % 3]!;
    const size = ((i * 37) % 100) / 10;
    return {
      size: i % 11 === 0 ? null : size,
      colour: i % 13 === 0 ? null : colour,
      sold: i % 17 === 0 ? null : (i * 5) % 2 === 0,
      day: `2024-0${1 + (i % 9)}-1${i % 10}`,
      price: size * 2 + (colour === 'red' ? 5 : 0),
      kind: colour === 'red' || size > 7 ? 'dear' : 'cheap',
    };
  });
}

const space = { hiddenLayers: [[8]], learningRate: [0.02, 0.05], epochs: 20, batchSize: 16 };

describe('what is revealed is what is delivered', () => {
  it('on categories, booleans, dates and missing values; the card tells of it', async () => {
    const data = await add({ name: 'mixed', target: 'kind', drop: ['price'], rows: mixedRows(120) });
    const { id } = await search({ dataset: 'mixed', space, refit: { seeds: 2 } });
    const made = await reveal(id, [1]);
    expect(made).toMatchObject({ status: 'completed', reason: null });
    const [{ test, parametersDigest, validation }] = made.trials as [Reveal['trials'][number]];
    expect(test!.confusion!.flat().reduce((sum, rows) => sum + rows, 0)).toBe(data.rows.test);
    expect(validation.mean).not.toBeNull();

    const model = await train(id, 1);
    expect(model).toMatchObject({ status: 'completed', parametersDigest });
    expect(model.refit.runs).toHaveLength(2);
    const card = (await service.app.inject({ url: `/v1/models/${model.id}/card` })).body;
    for (const told of [
      'This very model was tested on them, once',
      `| ordered | ${made.createdAt}, entry ${made.ledgerEntry} of the ledger |`,
      `entry ${made.resultEntry} of the ledger`,
      `| accuracy | ${Number(test!.accuracy!.toPrecision(6))} | ${test!.interval95!.map((end) => Number(end.toPrecision(6))).join(' to ')} |`,
      `1 of 1 used`,
      data.test.commitment!,
    ])
      expect(card).toContain(told);
    // Of another trial the card says that it was not tested, and what was.
    const other = await train(id, 0);
    const others = (await service.app.inject({ url: `/v1/models/${other.id}/card` })).body;
    expect(others).toContain('This model was not tested on them.');
    expect(others).toContain(`| ${made.ledgerEntry} | ${made.createdAt.slice(0, 16)}`);
  });

  it('on a regression, in the target’s own units', async () => {
    await add({
      name: 'prices',
      task: 'regression',
      target: 'price',
      drop: ['kind'],
      rows: mixedRows(130).slice(5),
    });
    const { id } = await search({ dataset: 'prices', space });
    const made = await reveal(id);
    expect(made).toMatchObject({ status: 'completed', metric: 'mse' });
    const [{ trial, test, parametersDigest, verdict }] = made.trials as [Reveal['trials'][number]];
    const [low, high] = test!.interval95!;
    expect(test).toMatchObject({ confusion: null, mse: expect.any(Number), mae: expect.any(Number) });
    expect(low).toBeLessThanOrEqual(test!.mse!);
    expect(high).toBeGreaterThanOrEqual(test!.mse!);
    expect(verdict).toMatch(/consistent|optimistic|pessimistic/);
    expect(await train(id, trial)).toMatchObject({ status: 'completed', parametersDigest });
  });

  it('with early stopping: both train the mean of the folds’ epochs', async () => {
    await add({ name: 'stopped', source: { kind: 'spiral', samplesPerClass: 40, seed: 5 } });
    const { id } = await search({
      dataset: 'stopped',
      space: { hiddenLayers: [[8]], learningRate: 0.05, epochs: 60 },
      earlyStopping: { patience: 3, fraction: 0.2 },
    });
    const [{ parametersDigest }] = (await reveal(id)).trials as [Reveal['trials'][number]];
    const model = await train(id, 0);
    expect(model).toMatchObject({ parametersDigest, epochs: { rule: 'meanOfFolds' } });
    expect(model.epochs.trained).toBeLessThan(60);
  });
});

describe('testSeen', () => {
  it('marks what is made, refined, extended or given an own trial after a reveal, and nothing before', async () => {
    await add({ name: 'seen', source: { kind: 'spiral', samplesPerClass: 30, seed: 6 } });
    const range = { min: 0.01, max: 0.1, scale: 'log' };
    const small = { hiddenLayers: [[4]], learningRate: range, epochs: 3 };
    const random = { dataset: 'seen', space: small, strategy: { kind: 'random', trials: 2 } };
    const first = await search(random);
    const extended = await search({ ...random, seed: 1 });
    // Of so many trials that some are left when it is paused.
    const many = { strategy: { kind: 'random', trials: 90 }, space: { ...small, epochs: 300 } };
    const own = await submit(service.app, { ...random, ...many, seed: 2 });
    const paused = await post(`/v1/searches/${own.id}/pause`);
    const seen = async (id: string) => (await get<Search>(`/v1/searches/${id}`)).testSeen;
    for (const { id } of [first, extended, own]) expect(await seen(id)).toBe(false);
    await reveal(first.id);

    expect(await seen(first.id)).toBe(false);
    expect((await submit(service.app, { ...random, seed: 3 })).testSeen).toBe(true);
    const refined = await post(`/v1/searches/${first.id}/refine`, {});
    expect(refined.json(), refined.body).toMatchObject({ testSeen: true, parent: first.id });
    expect(await seen(extended.id)).toBe(false);
    await post(`/v1/searches/${extended.id}/extend`, { trials: 1 });
    expect(await seen(extended.id)).toBe(true);
    // One that could still be given a trial when the test was seen.
    expect(paused.json().status).toBe('paused');
    expect(await seen(own.id)).toBe(false);
    const added = await post(`/v1/searches/${own.id}/trials`, { params: { learningRate: 0.02 } });
    expect(added.statusCode, added.body).toBe(202);
    expect(await seen(own.id)).toBe(true);
  });
});
