import { searchSchema } from '@holdfast/contracts/search';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  accept,
  addDataset,
  addWorker,
  complete,
  fail,
  type Service,
  startService,
  submit,
} from '../../test/service.ts';
import { buildApp } from '../app.ts';

let service: Service;
const spec = {
  dataset: 'toy',
  space: { hiddenLayers: [[4], [8]], learningRate: 0.01, epochs: 5 },
};

beforeAll(async () => {
  service = await startService();
  await addDataset(service.database, 'toy');
  await addWorker(service.database);
});
afterAll(() => service.stop());

const get = (url: string, headers: Record<string, string> = {}) => service.app.inject({ url, headers });

describe('GET /v1/searches/{id}', () => {
  it('tells progress, the best trial and the time left, and ends', async () => {
    const { id } = await submit(service.app, spec);
    await accept(service.database, { search: id, trial: 0, fold: 0 }, 0.75);
    const running = (await get(`/v1/searches/${id}`)).json();
    expect(running).toMatchObject({
      status: 'running',
      progress: {
        trials: { total: 2, waiting: 1, running: 1, completed: 0 },
        folds: { total: 10, completed: 1 },
        etaSeconds: expect.any(Number),
      },
      best: null,
      startedAt: expect.any(String),
    });
    for (const fold of [1, 2, 3, 4]) await accept(service.database, { search: id, trial: 0, fold }, 0.75);
    expect((await get(`/v1/searches/${id}`)).json().best).toEqual({ trial: 0, score: 0.75 });
    for (const fold of [0, 1, 2, 3, 4]) await accept(service.database, { search: id, trial: 1, fold }, 0.875);
    const over = (await get(`/v1/searches/${id}`)).json();
    expect(over).toMatchObject({
      status: 'completed',
      progress: { trials: { completed: 2 }, folds: { completed: 10 }, etaSeconds: null },
      best: { trial: 1, score: 0.875 },
      finishedAt: expect.any(String),
    });
    expect(searchSchema.parse(over)).toEqual(over);
  });

  it('keeps its ETag while nothing happens, and answers 304', async () => {
    const { id } = await submit(service.app, spec);
    const first = await get(`/v1/searches/${id}`);
    const etag = first.headers.etag as string;
    expect(etag).toMatch(/^"[\w-]+"$/);
    const second = await get(`/v1/searches/${id}`, { 'if-none-match': etag });
    expect(second.statusCode).toBe(304);
    expect(second.body).toBe('');
    expect(second.headers.etag).toBe(etag);
    await accept(service.database, { search: id, trial: 0, fold: 0 }, 0.75);
    const third = await get(`/v1/searches/${id}`, { 'if-none-match': etag });
    expect(third.statusCode).toBe(200);
    expect(third.headers.etag).not.toBe(etag);
  });

  it('holds the answer until something changes', async () => {
    const { id } = await submit(service.app, spec);
    const { etag } = (await get(`/v1/searches/${id}`)).headers;
    let answered = false;
    const held = get(`/v1/searches/${id}?waitSeconds=30`, { 'if-none-match': etag as string }).then(
      (answer) => {
        answered = true;
        return answer;
      },
    );
    const unconditional = get(`/v1/searches/${id}?waitSeconds=30`);
    // The held requests are under way once a later one has been answered.
    await get(`/v1/searches/${id}`);
    expect(answered).toBe(false);
    await accept(service.database, { search: id, trial: 0, fold: 0 }, 0.75);
    for (const answer of [await held, await unconditional]) {
      expect(answer.statusCode).toBe(200);
      expect(answer.json().status).toBe('running');
    }
  });

  it('sees a change that nobody told of', async () => {
    const { id } = await submit(service.app, spec);
    const { etag } = (await get(`/v1/searches/${id}`)).headers;
    const held = get(`/v1/searches/${id}?waitSeconds=60`, { 'if-none-match': etag as string });
    await get(`/v1/searches/${id}`);
    await service.database.pool.query('UPDATE searches SET revision = revision + 1 WHERE id = $1', [id]);
    expect((await held).headers.etag).toMatch(/^"2-/);
  });

  it('holds nothing that is over, and answers 304 when the time is up', async () => {
    const { id } = await submit(service.app, spec);
    const { etag } = (await get(`/v1/searches/${id}`)).headers;
    const patient = await get(`/v1/searches/${id}?waitSeconds=1`, { 'if-none-match': etag as string });
    expect(patient.statusCode).toBe(304);
    await service.app.inject({ method: 'POST', url: `/v1/searches/${id}/cancel` });
    const over = await get(`/v1/searches/${id}?waitSeconds=60`);
    expect(over.json().status).toBe('cancelled');
  });

  it('knows no other ids', async () => {
    for (const id of ['se_00000000000000000000', 'nonsense', '%00', 'x'.repeat(150)]) {
      const answer = await get(`/v1/searches/${id}`);
      expect([400, 404]).toContain(answer.statusCode);
      expect(answer.headers['content-type']).toBe('application/problem+json');
    }
    expect((await get('/v1/searches/se_00000000000000000000')).json()).toMatchObject({
      type: '/docs/errors#not-found',
      status: 404,
    });
  });
});

describe('a trial that fails', () => {
  it('leaves the search to complete with the others', async () => {
    const { id } = await submit(service.app, spec);
    await fail(service.database, { search: id, trial: 0, fold: 2 }, 'It did not work out.');
    for (const fold of [0, 1, 2, 3, 4]) await accept(service.database, { search: id, trial: 1, fold }, 0.5);
    const search = (await get(`/v1/searches/${id}`)).json();
    expect(search).toMatchObject({
      status: 'completed',
      progress: { trials: { completed: 1, failed: 1 } },
      best: { trial: 1, score: 0.5 },
    });
    const trial = (await get(`/v1/searches/${id}/trials/0`)).json();
    expect(trial).toMatchObject({ status: 'failed', reason: 'It did not work out.' });
  });
});

describe('POST /v1/searches/{id}/cancel', () => {
  it('ends what is open and keeps what is done', async () => {
    const { id } = await submit(service.app, spec);
    await complete(service.database, id, [0.5]);
    const answer = await service.app.inject({ method: 'POST', url: `/v1/searches/${id}/cancel` });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      status: 'cancelled',
      repeatable: false,
      progress: { trials: { completed: 1, cancelled: 1, waiting: 0, running: 0 } },
      best: { trial: 0, score: 0.5 },
    });
    const again = await service.app.inject({ method: 'POST', url: `/v1/searches/${id}/cancel`, payload: {} });
    expect(again.statusCode).toBe(200);
    expect(again.json()).toEqual(answer.json());
  });

  it('is refused for a search that completed, that never was, or with a body', async () => {
    const { id } = await submit(service.app, spec);
    const wrong = await service.app.inject({
      method: 'POST',
      url: `/v1/searches/${id}/cancel`,
      payload: { force: true },
    });
    expect(wrong.statusCode).toBe(400);
    expect(wrong.json().errors).toEqual([{ pointer: '/force', message: expect.any(String) }]);
    await complete(service.database, id, [0.5, 0.5]);
    const over = await service.app.inject({ method: 'POST', url: `/v1/searches/${id}/cancel` });
    expect(over.statusCode).toBe(409);
    expect(over.json().type).toBe('/docs/errors#conflict');
    const absent = await service.app.inject({ method: 'POST', url: '/v1/searches/se_x/cancel' });
    expect(absent.statusCode).toBe(404);
  });
});

describe('DELETE /v1/searches/{id}', () => {
  it('takes what is over, and nothing else', async () => {
    const { id } = await submit(service.app, spec);
    const early = await service.app.inject({ method: 'DELETE', url: `/v1/searches/${id}` });
    expect(early.statusCode).toBe(409);
    expect(early.json().type).toBe('/docs/errors#search-running');
    await service.app.inject({ method: 'POST', url: `/v1/searches/${id}/cancel` });
    const deleted = await service.app.inject({ method: 'DELETE', url: `/v1/searches/${id}` });
    expect(deleted.statusCode).toBe(204);
    expect(deleted.body).toBe('');
    for (const url of ['', '/leaderboard', '/trials', '/trials/0', '/events', '/leaderboard.csv']) {
      expect((await get(`/v1/searches/${id}${url}`)).statusCode, url).toBe(404);
    }
    expect((await service.app.inject({ method: 'DELETE', url: `/v1/searches/${id}` })).statusCode).toBe(404);
  });
});

describe('GET /v1/searches', () => {
  it('pages through all, newest first, once each', async () => {
    const made = [];
    for (let n = 0; n < 5; n++)
      made.push((await submit(service.app, { ...spec, tags: ['paged', `n${n}`] })).id);
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = (await get(`/v1/searches?tag=paged&limit=2${cursor && `&cursor=${cursor}`}`)).json();
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map((item: { id: string }) => item.id));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual(made.toReversed());
    expect((await get('/v1/searches?tag=n3')).json().items.map((item: { id: string }) => item.id)).toEqual([
      made[3],
    ]);
    expect((await get('/v1/searches?tag=paged&status=completed')).json()).toEqual({
      items: [],
      nextCursor: null,
    });
    await complete(service.database, made[1] as string, [0.25, 0.5]);
    const [only] = (await get('/v1/searches?tag=paged&status=completed')).json().items;
    expect(only).toMatchObject({ id: made[1], best: { trial: 1, score: 0.5 } });
  });

  it('has the best trial of a search that is over from the database, after a start too', async () => {
    const { id } = await submit(service.app, {
      ...spec,
      tags: ['kept'],
      strategy: { kind: 'random', trials: 100 },
    });
    await complete(service.database, id, [0.5, 0.75]);
    await service.app.inject({ method: 'POST', url: `/v1/searches/${id}/cancel` });
    const best = async (app: Service['app']) =>
      (await app.inject('/v1/searches?tag=kept')).json().items[0].best;
    expect(await best(service.app)).toEqual({ trial: 1, score: 0.75 });
    // Told apart from what would be worked out anew by a score that no trial has.
    await service.database.pool.query(
      `UPDATE board_answers SET body = replace(body, '"score":0.75}', '"score":0.7501}')
       WHERE search_id = $1 AND name = 'outcome'`,
      [id],
    );
    const { database, queues, databaseUrl } = service;
    const again = await buildApp({
      database,
      queues,
      settings: { host: '127.0.0.1', keys: [], webFolder: '/nowhere', databaseUrl },
    });
    try {
      expect(await best(again)).toEqual({ trial: 1, score: 0.7501 });
    } finally {
      await again.close();
    }
  });

  it.each([
    ['limit=0', '/limit'],
    ['limit=1001', '/limit'],
    ['limit=1.5', '/limit'],
    ['limit=ten', '/limit'],
    ['limit=', '/limit'],
    ['limit=1&limit=2', '/limit'],
    ['cursor=zzz', '/cursor'],
    ['status=done', '/status'],
    ['page=2', '/page'],
    ['__proto__=1', ''],
  ])('refuses ?%s', async (query, pointer) => {
    const answer = await get(`/v1/searches?${query}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ type: '/docs/errors#invalid-request', status: 400 });
    expect(answer.json().errors[0].pointer).toMatch(new RegExp(`^${pointer}`));
  });
});

describe('GET /v1/workers', () => {
  it('lists who was seen lately', async () => {
    // Seen again: the tests above may have taken longer than a worker that is silent is listed.
    await addWorker(service.database);
    const answer = await get('/v1/workers');
    expect(answer.statusCode).toBe(200);
    expect(answer.json().items).toEqual([
      expect.objectContaining({ id: 'w_test', threads: 2, completedFolds: expect.any(Number) }),
    ]);
  });
});
