import { hardestRowsSchema } from '@holdfast/contracts/hardest-rows';
import { leaderboardSchema } from '@holdfast/contracts/leaderboard';
import { learningCurveSchema } from '@holdfast/contracts/learning-curve';
import { searchSchema } from '@holdfast/contracts/search';
import { keepFoldBaselines } from '@holdfast/db/baselines';
import { loadFoldAssignments } from '@holdfast/db/searches';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  accept,
  acceptTrial,
  addDataset,
  addWorker,
  type Service,
  startService,
  submit,
} from '../test/service.ts';

let service: Service;
let id: string;

/** Of all folds, as a worker hands them in. */
async function keepBaselines(search: string, accuracy: number): Promise<void> {
  const scores = (value: number) => ({
    validation: { accuracy: value, loss: 1 },
    training: { accuracy: value, loss: 1 },
  });
  for (let fold = 0; fold < 5; fold++) {
    const baselines = { constant: scores(0.5), linear: scores(accuracy) };
    await keepFoldBaselines(service.database, { search, repeat: 0, fold }, baselines);
  }
}

const get = (path: string) => service.app.inject(`/v1/searches/${path}`);
const isHard = (row: number) => row === 3 || row === 30;

beforeAll(async () => {
  service = await startService();
  await addDataset(service.database, 'toy');
  await addWorker(service.database);
  ({ id } = await submit(service.app, {
    dataset: 'toy',
    space: { hiddenLayers: [[4], [8]], learningRate: 0.01, epochs: 5 },
  }));
});
afterAll(() => service.stop());

describe('before anything is known', () => {
  it('there are no baselines, no diagnosis, no hardest rows and no learning curve', async () => {
    await keepBaselines(id, 0.7);
    expect((await get(`${id}/leaderboard`)).json().baselines).toEqual([]);
    expect((await get(id)).json().diagnosis).toEqual([]);
    expect((await get(`${id}/hardest-rows`)).statusCode).toBe(409);
    expect((await get(`${id}/learning-curve`)).json()).toMatchObject({ status: 404 });
    const early = await service.app.inject({ method: 'POST', url: `/v1/searches/${id}/learning-curve` });
    expect(early.statusCode, early.body).toBe(409);
    for (const path of ['hardest-rows', 'learning-curve'])
      expect((await get(`se_none/${path}`)).statusCode).toBe(404);
  });
});

describe('once the trials have results', () => {
  beforeAll(async () => {
    await acceptTrial(service.database, { search: id, trial: 0 }, (row) => !isHard(row) && row !== 5);
    await acceptTrial(service.database, { search: id, trial: 1 }, (row) => !isHard(row) && row !== 6);
  });

  it('every board has rows that no one asked for', async () => {
    const board = leaderboardSchema.parse((await get(`${id}/leaderboard`)).json());
    expect(board.items).toHaveLength(2);
    expect(board.baselines.map(({ kind, score }) => [kind, score.mean])).toEqual([
      ['majorityClass', 0.5],
      ['logisticRegression', 0.7],
    ]);
    // What comes twice is what was there.
    await keepBaselines(id, 0.1);
    expect((await get(`${id}/leaderboard`)).json()).toEqual(board);
    const byLoss = (await get(`${id}/leaderboard?metric=loss`)).json();
    expect(byLoss.baselines[1].score.mean).toBe(1);
    expect((await get(`${id}/leaderboard/window`)).json().baselines).toEqual(board.baselines);
  });

  it('the search is diagnosed by its best trial', async () => {
    const search = searchSchema.parse((await get(id)).json());
    expect(search.status).toBe('completed');
    expect(search.diagnosis.map(({ code }) => code)).toEqual(['overfitting']);
    expect(search.diagnosis[0]!.evidence.trial).toBe(search.best!.trial);
    const listed = (await service.app.inject('/v1/searches')).json();
    expect(listed.items.find((one: { id: string }) => one.id === id).diagnosis).toEqual(search.diagnosis);
    const planned = await service.app.inject({
      method: 'POST',
      url: '/v1/searches?dryRun=true',
      payload: { dataset: 'toy', space: search.diagnosis[0]!.suggestion.space },
    });
    expect(planned.statusCode, planned.body).toBe(200);
  });

  it('rows that all good trials got wrong are told, with their features and the likely label', async () => {
    const answer = hardestRowsSchema.parse((await get(`${id}/hardest-rows`)).json());
    expect(answer).toMatchObject({ trials: [0, 1], rows: { predicted: 40, hardest: 2 }, nextCursor: null });
    expect(answer.items).toMatchObject([
      { row: 3, truth: 'left', likely: 'right', probability: 0.75, truthProbability: 0.25, models: 2 },
      { row: 30, truth: 'right', likely: 'left', deviations: null },
    ]);
    const preview = await service.app.inject('/v1/datasets/toy/preview?offset=3&limit=1');
    expect(Object.values(answer.items[0]!.features)).toEqual(preview.json().rows[0].slice(0, 2));
    const first = (await get(`${id}/hardest-rows?limit=1`)).json();
    expect(first.items).toHaveLength(1);
    const second = (await get(`${id}/hardest-rows?limit=1&cursor=${first.nextCursor}`)).json();
    expect(second.items[0].row).toBe(30);
  });

  it('a learning curve is a search on the same folds, and says what came of it', async () => {
    const post = (payload: object) =>
      service.app.inject({ method: 'POST', url: `/v1/searches/${id}/learning-curve`, payload });
    const made = await post({});
    expect(made.statusCode, made.body).toBe(202);
    expect(made.headers.location).toBe(`/v1/searches/${id}/learning-curve`);
    const { curve, trial, items } = learningCurveSchema.parse(made.json());
    expect(items.map(({ share, rows }) => [share, rows])).toEqual([
      [0.1, null],
      [0.3, null],
      [1, null],
    ]);
    const search = (await get(curve)).json();
    expect(search).toMatchObject({ parent: id, tags: ['learning-curve', `trial:${trial}`] });
    expect(search.spec.seed).toBe((await get(id)).json().spec.seed);
    const folds = await Promise.all([id, curve].map((one) => loadFoldAssignments(service.database, one)));
    expect(folds[1]).toEqual(folds[0]);

    for (const [number, accuracy] of [0.6, 0.7, 0.9].entries())
      for (let fold = 0; fold < 5; fold++)
        await accept(service.database, { search: curve, trial: number, fold }, accuracy + fold / 100);
    const done = learningCurveSchema.parse((await get(`${id}/learning-curve`)).json());
    expect(done).toMatchObject({ curve, trial, status: 'completed', verdict: { code: 'moreDataHelps' } });
    const means = done.items.map(({ validation }) => Number(validation.mean!.toFixed(9)));
    expect(means).toEqual([0.62, 0.72, 0.92]);
    expect(done.verdict!.gain).toBeCloseTo(0.2, 12);
  });

  it.each([
    [{ trial: 9 }, 404, '/trial'],
    [{ shares: [0, 1] }, 400, '/shares/0'],
    [{ shares: [0.5] }, 400, '/shares'],
    [{ rows: 3 }, 400, '/rows'],
  ])('answers %o with %i', async (payload, status, pointer) => {
    const answer = await service.app.inject({
      method: 'POST',
      url: `/v1/searches/${id}/learning-curve`,
      payload,
    });
    expect(answer.statusCode, answer.body).toBe(status);
    expect(answer.json().errors[0].pointer).toBe(pointer);
  });
});
