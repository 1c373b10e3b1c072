import { leaderboardSchema } from '@holdfast/contracts/leaderboard';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  acceptTrial,
  addDataset,
  addWorker,
  type Service,
  startService,
  submit,
} from '../../test/service.ts';

let service: Service;
const trials = 6;
const spec = {
  dataset: 'toy',
  space: { hiddenLayers: [[4]], learningRate: [0.001, 0.01, 0.1], optimizer: ['adam', 'sgd'], epochs: 5 },
};

beforeAll(async () => {
  service = await startService();
  await addDataset(service.database, 'toy', 60);
  await addWorker(service.database);
});
afterAll(() => service.stop());

const get = async (url: string) => {
  const answer = await service.app.inject({ url: `/v1/searches/${url}` });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
};

/** Trial 5 is right on nearly all rows, 0 on few; 3 and 4 differ by a row. */
const isRight = (trial: number) => (row: number) => (row * 7) % 120 < [40, 70, 90, 100, 101, 118][trial]!;

async function complete(id: string, order: readonly number[], folds?: readonly number[]) {
  for (const trial of order)
    await acceptTrial(service.database, { search: id, trial }, isRight(trial), folds);
}

describe('a leaderboard of stored predictions', () => {
  it('says how sure it is, and gives the same bytes in whatever order results came', async () => {
    const one = await submit(service.app, spec);
    await complete(one.id, [0, 1, 2, 3, 4, 5]);
    const board = await get(`${one.id}/leaderboard`);
    expect(leaderboardSchema.parse(board)).toEqual(board);
    const by = new Map(board.items.map((item: { trial: number }) => [item.trial, item]));
    expect(by.get(5)).toMatchObject({ rank: 1, rankInterval: [1, 1], tiedWithBest: true });
    expect(by.get(3)).toMatchObject({ rankInterval: [2, expect.any(Number)], tiedWithBest: false });
    expect(by.get(0)).toMatchObject({ rankInterval: [6, 6], probabilityBest: 0 });
    const shares = board.items.map((item: { probabilityBest: number }) => item.probabilityBest);
    expect(shares.reduce((a: number, b: number) => a + b)).toBeCloseTo(1, 12);
    expect(board.uncertainty).toEqual({
      method: 'bootstrap',
      resamples: 1000,
      unit: 'rows',
      units: 120,
      trials,
      earlierTrials: 0,
    });
    // Trial 5 is best in nearly every resample: there is no luck to take away.
    expect(board.corrected).toMatchObject({ trial: 5, method: 'bbc' });
    expect(Math.abs(board.corrected.score - 118 / 120)).toBeLessThan(0.005);

    const two = await submit(service.app, spec);
    await complete(two.id, [3, 1], [4, 2, 0, 1, 3]);
    await get(`${two.id}/leaderboard`);
    await complete(two.id, [5, 0, 4, 2], [3, 4, 1, 0, 2]);
    expect((await get(`${two.id}/leaderboard`)).digest).toBe(board.digest);
  });

  it('does so by every metric, without training again', async () => {
    const { id } = await submit(service.app, spec);
    await complete(id, [0, 1, 2, 3, 4, 5]);
    for (const metric of ['loss', 'balancedAccuracy', 'f1', 'auc']) {
      const board = await get(`${id}/leaderboard?metric=${metric}`);
      expect(board.items[0]).toMatchObject({ trial: 5, rankInterval: [1, expect.any(Number)] });
      expect(board.corrected).toMatchObject({ trial: 5, score: expect.any(Number) });
    }
    const csv = await service.app.inject(`/v1/searches/${id}/leaderboard.csv?metric=auc`);
    const [header, first] = csv.body.split('\r\n');
    expect(header).toMatch(/score\.foldStd,score\.seedStd.*rankInterval,probabilityBest,tiedWithBest/);
    expect(first).toMatch(/^1,5,completed/);
  });

  it('says nothing as long as nothing is ranked', async () => {
    const { id } = await submit(service.app, spec);
    expect(await get(`${id}/leaderboard`)).toMatchObject({
      uncertainty: null,
      corrected: null,
      recommended: null,
      hints: [],
      items: [{ rankInterval: null, probabilityBest: null, tiedWithBest: null }, {}, {}, {}, {}, {}],
    });
  });

  it('tells seeds from folds where there are repeats', async () => {
    const { id } = await submit(service.app, {
      ...spec,
      crossValidation: { kind: 'stratified', folds: 5, repeats: 2 },
    });
    await acceptTrial(service.database, { search: id, trial: 0, repeat: 0 }, (row) => row % 10 !== 0);
    await acceptTrial(service.database, { search: id, trial: 0, repeat: 1 }, (row) => row % 5 !== 0);
    const board = await get(`${id}/leaderboard`);
    expect(board.items[0]).toMatchObject({ trial: 0, rank: 1 });
    // Means of 0.9 and 0.8.
    expect(board.items[0].score.seedStd).toBeCloseTo(0.1 / Math.SQRT2, 12);
    expect(board.items[0].score.foldStd).toBeGreaterThan(0);
  });

  it('counts the trials of the search that it was refined from', async () => {
    const parent = await submit(service.app, {
      ...spec,
      space: { ...spec.space, learningRate: { min: 0.001, max: 0.1, points: 3 }, optimizer: 'adam' },
    });
    for (const trial of [0, 1, 2]) {
      await acceptTrial(service.database, { search: parent.id, trial }, isRight(trial + 1));
    }
    const refined = await service.app.inject({
      method: 'POST',
      url: `/v1/searches/${parent.id}/refine`,
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify({ top: 1, points: 2 }),
    });
    expect(refined.statusCode, refined.body).toBe(202);
    const { id } = refined.json();
    await acceptTrial(service.database, { search: id, trial: 0 }, isRight(4));
    expect((await get(`${id}/leaderboard`)).uncertainty).toMatchObject({ trials: 1, earlierTrials: 3 });
    // What the parent is given later had no part in it.
    await service.app.inject({
      method: 'POST',
      url: `/v1/searches/${parent.id}/trials`,
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify({ params: { hiddenLayers: [9], learningRate: 0.5 } }),
    });
    await acceptTrial(service.database, { search: id, trial: 1 }, isRight(0));
    const board = await get(`${id}/leaderboard`);
    expect(board.uncertainty).toMatchObject({ trials: 2, earlierTrials: 3 });
    expect(board.corrected.score).toBeLessThanOrEqual(board.items[0].score.mean);
  });
});

describe('hints', () => {
  it('each have a space that can be submitted as it stands', async () => {
    const { id } = await submit(service.app, {
      ...spec,
      space: {
        ...spec.space,
        learningRate: { min: 0.001, max: 0.1, scale: 'log', points: 4 },
        l2: [0, 0.001, 0.01],
      },
    });
    const { items } = await get(`${id}/trials?limit=100`);
    for (const { trial, params } of items) {
      // Better with the learning rate; two networks that are equal; nothing depends on l2.
      const right = 60 + 15 * Math.log10(params.learningRate * 1000) + (params.optimizer === 'sgd' ? 20 : 0);
      await acceptTrial(service.database, { search: id, trial }, (row) => (row * 7) % 120 < right);
    }
    const { hints } = await get(`${id}/leaderboard`);
    expect(new Set(hints.map(({ code }: { code: string }) => code))).toEqual(
      new Set(['edgeOfRange', 'equalTrials', 'noEffect']),
    );
    for (const { space, message } of hints) {
      const planned = await service.app.inject({
        method: 'POST',
        url: '/v1/searches?dryRun=true',
        payload: { dataset: 'toy', space },
      });
      expect(planned.statusCode, `${message} ${planned.body}`).toBe(200);
      expect(planned.json().trials).toBeGreaterThan(0);
    }
  });
});
