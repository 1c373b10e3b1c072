import { leaderboardSchema } from '@holdfast/contracts/leaderboard';
import { nestedSchema } from '@holdfast/contracts/nested';
import { searchPlanSchema, searchSchema } from '@holdfast/contracts/search';
import { applyDecisions, listUndecided } from '@holdfast/db/decisions';
import { listNested, loadFoldAssignments } from '@holdfast/db/searches';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  accept,
  acceptTrial,
  addDataset,
  complete,
  type Service,
  startService,
  submit,
} from '../../test/service.ts';

let service: Service;
const spec = {
  dataset: 'toy',
  name: 'nested one',
  space: { hiddenLayers: [[4], [8]], learningRate: 0.01, epochs: 9 },
  crossValidation: { kind: 'stratified', folds: 3, outer: { folds: 2 } },
};

beforeAll(async () => {
  service = await startService();
  await addDataset(service.database, 'toy');
});
afterAll(() => service.stop());

const get = (url: string, headers: Record<string, string> = {}) =>
  service.app.inject({ url: `/v1/searches/${url}`, headers });
const post = (url: string, payload: unknown = {}) =>
  service.app.inject({
    method: 'POST',
    url: `/v1/searches${url}`,
    headers: { 'content-type': 'application/json' },
    payload: JSON.stringify(payload),
  });
const nestedOf = async (id: string) => nestedSchema.parse((await get(`${id}/nested`)).json());

/** As a worker does once an inner search is over. */
async function propose(evaluation: string, outerFold: number, params: unknown): Promise<void> {
  await applyDecisions(service.database, evaluation, {
    asked: 0,
    planned: 2,
    trials: [
      {
        number: outerFold,
        proposal: outerFold,
        params: params as never,
        weightCount: 1,
        cost: 1,
        released: 1,
        untilEpoch: null,
      },
    ],
    foldRuns: [{ repeat: 0, fold: outerFold }],
    grants: [],
    pruned: [],
    final: outerFold === 1,
  });
}

describe('a search with outer folds', () => {
  it('is planned with what they cost, and creates nothing in a dry run', async () => {
    const plan = searchPlanSchema.parse((await post('?dryRun=true', spec)).json());
    expect(plan).toMatchObject({ trials: 2, folds: 6, nested: { outerFolds: 2, folds: 2 * (6 + 1) } });
    const { outer: _, ...crossValidation } = spec.crossValidation;
    const single = searchPlanSchema.parse((await post('?dryRun=true', { ...spec, crossValidation })).json());
    expect(single.nested).toBeNull();
    expect(plan.estimatedSeconds).toBeGreaterThan(2 * single.estimatedSeconds!);
  });

  it('is one in the list, and its inner searches have folds of the rows outside alone', async () => {
    const { id } = await submit(service.app, spec);
    const { items } = (await service.app.inject({ url: '/v1/searches?limit=1000' })).json();
    const parts = await listNested(service.database, id);
    expect(parts.map(({ nestedIn }) => nestedIn)).toEqual([
      { search: id, outerFold: 0 },
      { search: id, outerFold: 1 },
      { search: id, outerFold: null },
    ]);
    const listed = new Set(items.map((search: { id: string }) => search.id));
    expect([id, ...parts.map((part) => part.id)].map((one) => listed.has(one))).toEqual([
      true,
      false,
      false,
      false,
    ]);
    const [outer] = await loadFoldAssignments(service.database, parts[2]!.id);
    for (const outerFold of [0, 1]) {
      const [inner] = await loadFoldAssignments(service.database, parts[outerFold]!.id);
      const outside = [...inner!.keys()].filter((row) => inner![row] === 0xfffe);
      expect(outside).toEqual([...outer!.keys()].filter((row) => outer![row] === outerFold));
      expect(new Set(inner)).toEqual(new Set([0, 1, 2, 0xfffe]));
    }
    expect(searchSchema.parse((await get(parts[0]!.id)).json())).toMatchObject({
      name: 'nested one, without outer fold 0',
      nestedIn: { search: id, outerFold: 0 },
      spec: { crossValidation: { kind: 'stratified', folds: 3 } },
    });
  });

  it('has boards of its inner searches, whose uncertainty is drawn from their own rows', async () => {
    const { id } = await submit(service.app, spec);
    const [inner] = await listNested(service.database, id);
    for (const trial of [0, 1]) {
      await acceptTrial(
        service.database,
        { search: inner!.id, trial },
        (row) => row % (3 + trial) > 0,
        [0, 1, 2],
      );
    }
    const board = leaderboardSchema.parse((await get(`${inner!.id}/leaderboard`)).json());
    expect(board.uncertainty).toMatchObject({ unit: 'rows', units: 20, trials: 2 });
    const { items } = (await get(`${inner!.id}/trials/1/predictions`)).json();
    const [folds] = await loadFoldAssignments(service.database, inner!.id);
    const rows = items.map(({ row }: { row: number }) => row).sort((a: number, b: number) => a - b);
    expect(rows).toEqual([...folds!.keys()].filter((row) => folds![row] !== 0xfffe));
  });

  it('tells for each outer fold what was chosen and what that scores, and the score of all of it', async () => {
    const { id } = await submit(service.app, spec);
    const [first, second, evaluation] = await listNested(service.database, id);
    expect(await nestedOf(id)).toMatchObject({
      search: id,
      status: 'queued',
      folds: [
        { fold: 0, rows: { training: 20, validation: 20 }, chosen: null, outerScore: null },
        { fold: 1, innerSearch: { id: second!.id, status: 'queued' }, chosen: null },
      ],
      score: { mean: null, std: null, standardError: null },
      inner: { mean: null, optimism: null },
    });
    expect(await listUndecided(service.database)).not.toContain(evaluation!.id);
    await complete(service.database, first!.id, [0.5, 0.75], 3);
    expect(await listUndecided(service.database)).toContain(evaluation!.id);
    const half = await nestedOf(id);
    expect(half).toMatchObject({
      status: 'running',
      folds: [
        {
          chosen: { trial: 1, innerScore: 0.75, params: { hiddenLayers: [8] } },
          innerSearch: { status: 'completed', folds: { total: 6, completed: 6 } },
        },
        { chosen: null },
      ],
      inner: { mean: null },
    });
    await propose(evaluation!.id, 0, half.folds[0]!.chosen!.params);
    expect(await listUndecided(service.database)).not.toContain(evaluation!.id);
    await accept(service.database, { search: evaluation!.id, trial: 0, fold: 0 }, 0.5, 20);
    await complete(service.database, second!.id, [1, 0.5], 3);
    await propose(evaluation!.id, 1, half.folds[0]!.chosen!.params);
    await accept(service.database, { search: evaluation!.id, trial: 1, fold: 1 }, 0.75, 20);

    const answer = await get(`${id}/nested`);
    const whole = nestedSchema.parse(answer.json());
    expect(whole).toMatchObject({
      status: 'completed',
      reason: null,
      metric: 'accuracy',
      direction: 'maximize',
      folds: [{ outerScore: 0.5 }, { outerScore: 0.75, chosen: { trial: 0, innerScore: 1 } }],
      score: { mean: 0.625, std: Math.sqrt(1 / 32), standardError: 0.125 },
      inner: { mean: 0.875, optimism: 0.25 },
    });
    const again = await get(`${id}/nested`, { 'if-none-match': String(answer.headers.etag) });
    expect(again.statusCode).toBe(304);
    expect((await get(`${evaluation!.id}/leaderboard`)).statusCode).toBe(200);
  });

  it('ends with all that is nested in it, and is deleted with it', async () => {
    const { id } = await submit(service.app, spec);
    const parts = await listNested(service.database, id);
    await complete(service.database, id, [0.5, 0.75], 3);
    expect((await get(id)).json()).toMatchObject({ status: 'completed' });
    expect((await post(`/${id}/pause`)).statusCode).toBe(200);
    expect((await nestedOf(id)).status).toBe('paused');
    expect((await post(`/${id}/resume`)).statusCode).toBe(200);
    const remove = () => service.app.inject({ method: 'DELETE', url: `/v1/searches/${id}` });
    expect((await remove()).statusCode).toBe(409);
    const cancelled = await post(`/${id}/cancel`);
    expect(cancelled.json()).toMatchObject({ status: 'completed' });
    expect((await nestedOf(id)).status).toBe('cancelled');
    expect((await post(`/${id}/cancel`)).statusCode).toBe(409);
    expect((await remove()).statusCode).toBe(204);
    expect((await get(parts[0]!.id)).statusCode).toBe(404);
  });

  it('lets nobody change what measures it', async () => {
    const { id } = await submit(service.app, spec);
    const [part] = await listNested(service.database, id);
    for (const [verb, body] of [
      ['pause'],
      ['resume'],
      ['cancel'],
      ['extend', { trials: 1 }],
      ['trials', { params: {} }],
      ['refine'],
    ] as const) {
      const answer = await post(`/${part!.id}/${verb}`, body);
      expect(answer.statusCode, verb).toBe(409);
      expect(answer.json().detail).toContain(id);
    }
    const removal = await service.app.inject({ method: 'DELETE', url: `/v1/searches/${part!.id}` });
    expect(removal.statusCode).toBe(409);
    expect((await post(`/${id}/extend`, { trials: 1 })).json().errors[0].pointer).toBe('/trials');
  });

  it('is refined without them, since the best were chosen with their rows', async () => {
    const space = { hiddenLayers: [[4]], learningRate: { min: 0.001, max: 0.1, scale: 'log', points: 2 } };
    const { id } = await submit(service.app, { ...spec, space });
    await complete(service.database, id, [0.5, 0.75], 3);
    const refined = await post(`/${id}/refine`, { top: 1 });
    expect(refined.statusCode, refined.body).toBe(202);
    expect(refined.json().spec.crossValidation.outer).toBeUndefined();
    expect((await get(`${refined.json().id}/nested`)).json()).toMatchObject({
      status: 404,
      detail: expect.stringContaining('"outer"'),
    });
  });

  it('wants rows enough on both sides', async () => {
    const crossValidation = { ...spec.crossValidation, outer: { folds: 30 } };
    const { status, errors } = (await post('', { ...spec, crossValidation })).json();
    expect([status, errors[0].pointer]).toEqual([422, '/crossValidation/outer/folds']);
    const inner = { kind: 'stratified', folds: 15, outer: { folds: 2 } };
    const refused = (await post('', { ...spec, crossValidation: inner })).json();
    expect([refused.status, refused.errors[0].pointer]).toEqual([422, '/crossValidation/folds']);
  });
});
