import { searchSchema } from '@holdfast/contracts/search';
import { trialSchema } from '@holdfast/contracts/trial';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accept, addDataset, complete, type Service, startService, submit } from '../../test/service.ts';

let service: Service;
const spec = {
  dataset: 'toy',
  space: { hiddenLayers: [[4], [8]], learningRate: { min: 0.001, max: 0.1, scale: 'log' }, epochs: 9 },
  strategy: { kind: 'random', trials: 2 },
};

beforeAll(async () => {
  service = await startService();
  await addDataset(service.database, 'toy');
});
afterAll(() => service.stop());

const get = (url: string) => service.app.inject({ url });
const post = (url: string, payload?: unknown, headers: Record<string, string> = {}) =>
  service.app.inject({
    method: 'POST',
    url: `/v1/searches/${url}`,
    ...(payload !== undefined && {
      headers: { 'content-type': 'application/json', ...headers },
      payload: JSON.stringify(payload),
    }),
  });

describe('POST /v1/searches/{id}/pause and resume', () => {
  it('change the status, twice without harm, and are refused once it is over', async () => {
    const { id } = await submit(service.app, spec);
    for (let n = 0; n < 2; n++) {
      const paused = await post(`${id}/pause`);
      expect(paused.statusCode).toBe(200);
      expect(searchSchema.parse(paused.json())).toMatchObject({ status: 'paused' });
    }
    await expect(accept(service.database, { search: id, trial: 0, fold: 0 }, 0.5)).rejects.toThrow(
      /not to be had/,
    );
    expect((await post(`${id}/resume`)).json()).toMatchObject({ status: 'queued' });
    await complete(service.database, id, [0.5, 0.75]);
    for (const verb of ['pause', 'resume']) {
      expect((await post(`${id}/${verb}`)).json()).toMatchObject({
        status: 409,
        detail: expect.stringMatching(/completed/),
      });
      expect((await post(`se_none/${verb}`)).statusCode).toBe(404);
      expect((await post(`${id}/${verb}`, { now: true })).statusCode).toBe(400);
    }
  });
});

describe('POST /v1/searches/{id}/extend', () => {
  it('adds the trials that a longer search would have had, also once it is completed', async () => {
    const { id } = await submit(service.app, spec);
    await complete(service.database, id, [0.5, 0.75]);
    const answer = await post(`${id}/extend`, { trials: 3 });
    expect(answer.statusCode, answer.body).toBe(200);
    expect(answer.json()).toMatchObject({
      id,
      status: 'running',
      finishedAt: null,
      spec: { strategy: { trials: 5 } },
      progress: { trials: { total: 5, completed: 2, waiting: 3 }, folds: { total: 25, completed: 10 } },
    });
    const longer = await submit(service.app, { ...spec, strategy: { kind: 'random', trials: 5 } });
    for (let n = 0; n < 5; n++) {
      const [mine, theirs] = [
        await get(`/v1/searches/${id}/trials/${n}`),
        await get(`/v1/searches/${longer.id}/trials/${n}`),
      ];
      expect(mine.json().params).toEqual(theirs.json().params);
    }
    for (let trial = 2; trial < 5; trial++) {
      for (let fold = 0; fold < 5; fold++) await accept(service.database, { search: id, trial, fold }, 0.25);
    }
    expect((await get(`/v1/searches/${id}`)).json()).toMatchObject({
      status: 'completed',
      best: { trial: 1 },
    });
  });

  it('lets trials that wait for results come later', async () => {
    const { id } = await submit(service.app, { ...spec, strategy: { kind: 'tpe', trials: 30, lag: 2 } });
    expect((await get(`/v1/searches/${id}`)).json().progress).toMatchObject({
      trials: { total: 30, waiting: 30 },
      folds: { total: 150 },
    });
    expect((await post(`${id}/extend`, { trials: 10 })).json().progress).toMatchObject({
      trials: { total: 40, waiting: 40 },
      folds: { total: 200 },
    });
    const { items } = (await get(`/v1/searches/${id}/trials?limit=100`)).json();
    expect(items).toHaveLength(10);
  });

  it.each([
    ['a grid', { kind: 'grid' }, /no trials beyond/],
    ['halving', { kind: 'halving' }, /another seed/],
  ])('is refused for %s, which has no more', async (_name, strategy, message) => {
    const space = { ...spec.space, learningRate: [0.01, 0.1] };
    const { id } = await submit(service.app, { ...spec, space, strategy });
    const answer = await post(`${id}/extend`, { trials: 3 });
    expect(answer.json()).toMatchObject({
      status: 422,
      errors: [{ pointer: '/trials', message: expect.stringMatching(message) }],
    });
  });

  it('goes on with a grid that was cut', async () => {
    const space = { ...spec.space, learningRate: [0.01, 0.1] };
    const { id } = await submit(service.app, {
      ...spec,
      space,
      strategy: { kind: 'grid' },
      limits: { maxTrials: 1 },
    });
    const tooMany = await post(`${id}/extend`, { trials: 9 });
    expect(tooMany.json()).toMatchObject({
      status: 422,
      errors: [{ pointer: '/trials', message: expect.stringMatching(/3 more trials, not 9/) }],
    });
    const answer = await post(`${id}/extend`, { trials: 3 });
    expect(answer.json(), answer.body).toMatchObject({ progress: { trials: { total: 4 } } });
  });

  it('is done once for an Idempotency-Key', async () => {
    const { id } = await submit(service.app, spec);
    const headers = { 'idempotency-key': `extend-${id}` };
    const first = await post(`${id}/extend`, { trials: 3 }, headers);
    expect((await post(`${id}/extend`, { trials: 3 }, headers)).body).toBe(first.body);
    expect((await get(`/v1/searches/${id}`)).json().progress.trials.total).toBe(5);
  });
});

/** As if the service had died between what it did and keeping the answer, a while ago. */
async function forgetAnswer(key: string): Promise<void> {
  const { rowCount } = await service.database.pool.query(
    `UPDATE idempotency_keys SET status = NULL, headers = NULL, body = NULL, locked_at = now() - interval '1 hour'
     WHERE key = $1`,
    [key],
  );
  expect(rowCount).toBe(1);
}

describe('a service that dies before it has answered', () => {
  it('does not extend a search again when it is asked again', async () => {
    const { id } = await submit(service.app, spec);
    const headers = { 'idempotency-key': `dies-${id}` };
    await post(`${id}/extend`, { trials: 3 }, headers);
    await forgetAnswer(headers['idempotency-key']);
    const again = await post(`${id}/extend`, { trials: 3 }, headers);
    expect(again.json(), again.body).toMatchObject({ id, progress: { trials: { total: 5 } } });
  });

  it('does not add a trial again, also where the search has ended since', async () => {
    const { id } = await submit(service.app, spec);
    const headers = { 'idempotency-key': `dies-${id}` };
    const mine = { params: { hiddenLayers: [3], learningRate: 0.05 } };
    const first = await post(`${id}/trials`, mine, headers);
    await forgetAnswer(headers['idempotency-key']);
    const again = await post(`${id}/trials`, mine, headers);
    expect(again.headers.location).toBe(first.headers.location);
    await forgetAnswer(headers['idempotency-key']);
    await service.app.inject({ method: 'POST', url: `/v1/searches/${id}/cancel` });
    expect((await post(`${id}/trials`, mine, headers)).statusCode).toBe(202);
    expect((await get(`/v1/searches/${id}`)).json().progress.trials.total).toBe(3);
  });
});

describe('POST /v1/searches/{id}/trials', () => {
  it('adds a trial with a note', async () => {
    const { id } = await submit(service.app, spec);
    const answer = await post(`${id}/trials`, {
      params: { hiddenLayers: [3], learningRate: 0.05 },
      note: 'my guess',
    });
    expect(answer.statusCode, answer.body).toBe(202);
    expect(answer.headers.location).toBe(`/v1/searches/${id}/trials/2`);
    expect(trialSchema.parse(answer.json())).toMatchObject({
      trial: 2,
      note: 'my guess',
      status: 'waiting',
      params: { hiddenLayers: [3], learningRate: 0.05, epochs: 9 },
    });
    expect((await get(answer.headers.location as string)).json()).toEqual(answer.json());
    await complete(service.database, id, [0.5, 0.75, 0.9]);
    expect((await get(`/v1/searches/${id}`)).json()).toMatchObject({
      status: 'completed',
      best: { trial: 2 },
      repeatable: true,
    });
    expect(
      (await post(`${id}/trials`, { params: { hiddenLayers: [3], learningRate: 0.05 } })).statusCode,
    ).toBe(409);
  });

  it('says what is missing, and what is wrong', async () => {
    const { id } = await submit(service.app, spec);
    expect((await post(`${id}/trials`, { params: { hiddenLayers: [3] } })).json()).toMatchObject({
      status: 422,
      errors: [{ pointer: '/params', message: expect.stringMatching(/learningRate/) }],
    });
    expect((await post(`${id}/trials`, { params: { learningRate: -1 } })).json().errors[0].pointer).toBe(
      '/params/learningRate',
    );
    expect((await post(`se_none/trials`, { params: {} })).statusCode).toBe(404);
  });
});

describe('POST /v1/searches/{id}/refine', () => {
  it('makes a search around the best, on the same folds', async () => {
    const { id } = await submit(service.app, { ...spec, strategy: { kind: 'random', trials: 4 } });
    expect((await post(`${id}/refine`, {})).statusCode).toBe(409);
    await complete(service.database, id, [0.5, 0.75, 0.25, 0.9]);
    const answer = await post(`${id}/refine`, { top: 2, factor: 0.25, points: 4 });
    expect(answer.statusCode, answer.body).toBe(202);
    const refined = answer.json();
    const parent = (await get(`/v1/searches/${id}`)).json();
    expect(refined).toMatchObject({
      parent: id,
      dataset: parent.dataset,
      progress: { trials: { total: 8 } },
      spec: {
        strategy: { kind: 'grid' },
        crossValidation: parent.spec.crossValidation,
        seed: parent.spec.seed,
      },
    });
    const best = (await get(`/v1/searches/${id}/trials/3`)).json().params;
    const [around] = refined.spec.space;
    expect(around.hiddenLayers).toEqual([best.hiddenLayers]);
    expect(around.learningRate.min).toBeLessThan(best.learningRate);
    expect(Math.log(around.learningRate.max / around.learningRate.min)).toBeCloseTo(Math.log(100) / 4, 6);
    expect((await post(`${id}/refine`, { top: 0 })).json().errors[0].pointer).toBe('/top');
  });
});

describe('a warm start', () => {
  it('lets tpe begin with what an earlier search found, also once that is deleted', async () => {
    const { id } = await submit(service.app, { ...spec, strategy: { kind: 'random', trials: 12 } });
    const warm = { ...spec, strategy: { kind: 'tpe', trials: 20, lag: 2, warmStart: [id] } };
    const early = await service.app.inject({ method: 'POST', url: '/v1/searches', payload: warm });
    expect(early.json()).toMatchObject({
      status: 422,
      errors: [{ pointer: '/strategy/warmStart/0', message: expect.stringMatching(/not over/) }],
    });
    await complete(
      service.database,
      id,
      [...Array(12).keys()].map((n) => n / 12),
    );
    const one = await submit(service.app, warm);
    const two = await submit(service.app, warm);
    const cold = await submit(service.app, { ...warm, strategy: { ...warm.strategy, warmStart: [] } });
    const trials = async (search: string) =>
      (await get(`/v1/searches/${search}/trials`))
        .json()
        .items.map((item: { params: unknown }) => item.params);
    // Proposals up to the lag wait for nothing.
    expect(await trials(one.id)).toHaveLength(3);
    expect(await trials(two.id)).toEqual(await trials(one.id));
    expect((await trials(cold.id)).slice(0, 3)).not.toEqual(await trials(one.id));
    await service.app.inject({ method: 'DELETE', url: `/v1/searches/${id}` });
    expect((await post(`${one.id}/extend`, { trials: 5 })).json().progress.trials.total).toBe(25);
  });

  it('is refused for a search that is not there, or is on other data', async () => {
    await addDataset(service.database, 'other');
    const { id } = await submit(service.app, { ...spec, dataset: 'other' });
    for (const [named, message] of [
      ['se_00000000000000000000', /no search/],
      [id, /other data/],
    ] as const) {
      const strategy = { kind: 'tpe', warmStart: [named] };
      const answer = await service.app.inject({
        method: 'POST',
        url: '/v1/searches',
        payload: { ...spec, strategy },
      });
      expect(answer.json()).toMatchObject({
        status: 422,
        errors: [{ message: expect.stringMatching(message) }],
      });
    }
  });
});

describe('groups', () => {
  it('are refused where there is one too few for the folds', async () => {
    await addDataset(
      service.database,
      'herds',
      20,
      Int32Array.from({ length: 40 }, (_, row) => row % 4),
    );
    const ask = (crossValidation: object) =>
      service.app.inject({
        method: 'POST',
        url: '/v1/searches?dryRun=true',
        payload: { ...spec, dataset: 'herds', crossValidation },
      });
    expect((await ask({ kind: 'grouped', folds: 4 })).statusCode).toBe(200);
    expect((await ask({ kind: 'grouped', folds: 5 })).json()).toMatchObject({
      status: 422,
      errors: [
        { pointer: '/crossValidation/folds', message: expect.stringMatching(/4 groups.*fewer folds/) },
      ],
    });
    // Three of the four are outside of an outer fold.
    expect((await ask({ kind: 'grouped', folds: 3, outer: { folds: 4 } })).statusCode).toBe(200);
    expect((await ask({ kind: 'grouped', folds: 4, outer: { folds: 4 } })).json()).toMatchObject({
      status: 422,
      errors: [{ pointer: '/crossValidation/folds' }],
    });
    // Of two outer folds each takes two groups, so that two are left.
    expect((await ask({ kind: 'grouped', folds: 3, outer: { folds: 2 } })).json()).toMatchObject({
      status: 422,
      errors: [{ message: expect.stringMatching(/^Nested cross-validation: /) }],
    });
  });
});

describe('a strategy that cannot be kept', () => {
  it.each([
    [
      'epochs that vary',
      { space: { ...spec.space, epochs: [9, 27] }, strategy: { kind: 'halving' } },
      '/space/epochs',
    ],
    [
      'fewer epochs than two rungs need',
      { space: { ...spec.space, epochs: 2 }, strategy: { kind: 'hyperband' } },
      '/strategy/minEpochs',
    ],
    ['too few trials', { strategy: { kind: 'halving', trials: 2 } }, '/strategy/trials'],
    ['early stopping with rungs', { strategy: { kind: 'halving' }, earlyStopping: {} }, '/earlyStopping'],
    [
      'a target with rungs',
      { strategy: { kind: 'hyperband' }, limits: { targetScore: 0.9 } },
      '/limits/targetScore',
    ],
    ['a target above all scores', { limits: { targetScore: 1.5 } }, '/limits/targetScore'],
    ['no time', { limits: { maxSeconds: 0 } }, '/limits/maxSeconds'],
    ['an empty range', { space: { learningRate: { min: 0.1, max: 0.1 } } }, '/space/learningRate/min'],
    ['a range the wrong way round', { space: { dropout: { min: 0.5, max: 0.1 } } }, '/space/dropout/min'],
    ['no choice at all', { space: { hiddenLayers: [] } }, '/space/hiddenLayers'],
    [
      'more folds than rows of a class',
      { crossValidation: { kind: 'stratified', folds: 21 } },
      '/crossValidation/folds',
    ],
    [
      'more outer folds than rows of a class',
      { crossValidation: { kind: 'stratified', outer: { folds: 21 } } },
      '/crossValidation/outer/folds',
    ],
    ['groups without a group column', { crossValidation: { kind: 'grouped' } }, '/crossValidation/kind'],
    ['the logarithm of zero', { space: { l2: { min: 0, max: 0.1, scale: 'log' } } }, '/space/l2/min'],
  ])('%s is refused, with the place', async (_name, change, pointer) => {
    const answer = await service.app.inject({
      method: 'POST',
      url: '/v1/searches',
      payload: { ...spec, ...change },
    });
    expect(answer.statusCode, answer.body).toBe(422);
    expect(answer.json().errors[0].pointer).toBe(pointer);
    expect(answer.json().errors[0].message.length).toBeGreaterThan(20);
  });
});
