import { createHash } from 'node:crypto';
import { canonicalJson } from '@holdfast/contracts/canonical-json';
import { leaderboardSchema } from '@holdfast/contracts/leaderboard';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  accept,
  addDataset,
  addWorker,
  complete,
  type Service,
  startService,
  submit,
} from '../../test/service.ts';

let service: Service;
const spec = {
  dataset: 'toy',
  space: { hiddenLayers: [[4], [8]], optimizer: ['adam', 'sgd'], learningRate: 0.01, epochs: 5 },
};
const accuracies = [0.5, 0.75, 0.75, 0.625];

beforeAll(async () => {
  service = await startService();
  await addDataset(service.database, 'toy');
  await addWorker(service.database);
});
afterAll(() => service.stop());

const get = (url: string, headers: Record<string, string> = {}) => service.app.inject({ url, headers });

async function completed(): Promise<string> {
  const { id } = await submit(service.app, spec);
  await complete(service.database, id, accuracies);
  return id;
}

const trialsOf = (board: { items: { trial: number }[] }) => board.items.map(({ trial }) => trial);

describe('GET …/leaderboard', () => {
  it('ranks by the mean validation score, ties by number', async () => {
    const id = await completed();
    const answer = await get(`/v1/searches/${id}/leaderboard`);
    expect(answer.statusCode).toBe(200);
    const board = answer.json();
    expect(leaderboardSchema.parse(board)).toEqual(board);
    expect(board).toMatchObject({
      search: id,
      status: 'completed',
      metric: 'accuracy',
      direction: 'maximize',
    });
    expect(trialsOf(board)).toEqual([1, 2, 3, 0]);
    expect(board.items.map(({ rank }: { rank: number }) => rank)).toEqual([1, 2, 3, 4]);
    expect(board.items[0]).toMatchObject({
      score: { mean: 0.75, std: 0, folds: [0.75, 0.75, 0.75, 0.75, 0.75] },
      training: { mean: 1 },
      loss: { validation: 0.25 },
      overfit: true,
      epochs: 5,
      seconds: 1.25,
    });
    expect(board.nextCursor).toBeNull();
  });

  it('has the same digest for the same results, and another for others', async () => {
    const [one, two] = [await completed(), await completed()];
    const [first, second] = [
      await get(`/v1/searches/${one}/leaderboard`),
      await get(`/v1/searches/${two}/leaderboard`),
    ];
    const { search, updatedAt, digest, nextCursor, items, ...rest } = first.json();
    expect(second.json().digest).toBe(digest);
    const timeless = items.map(({ seconds, ...item }: { seconds: number }) => item);
    const text = canonicalJson({ ...rest, items: timeless });
    expect(digest).toBe(`sha256:${createHash('sha256').update(text).digest('hex')}`);
    const { id } = await submit(service.app, spec);
    await complete(service.database, id, [...accuracies.slice(0, 3), 0.6]);
    expect((await get(`/v1/searches/${id}/leaderboard`)).json().digest).not.toBe(digest);
  });

  it('pages, with one digest for all pages', async () => {
    const id = await completed();
    const whole = (await get(`/v1/searches/${id}/leaderboard`)).json();
    const items = [];
    let cursor: string | null = null;
    do {
      const page: { items: unknown[]; digest: string; nextCursor: string | null } = (
        await get(`/v1/searches/${id}/leaderboard?limit=3${cursor === null ? '' : `&cursor=${cursor}`}`)
      ).json();
      expect(page.digest).toBe(whole.digest);
      items.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(items).toEqual(whole.items);
  });

  it('sorts, filters and ranks by other metrics', async () => {
    const id = await completed();
    const view = async (query: string) => (await get(`/v1/searches/${id}/leaderboard?${query}`)).json();
    expect(trialsOf(await view('sort=trial'))).toEqual([0, 1, 2, 3]);
    expect(trialsOf(await view('sort=-trial'))).toEqual([3, 2, 1, 0]);
    const adam = await view('where=optimizer:adam');
    expect(adam.items.length).toBe(2);
    expect((await view('where=optimizer:adam&where=hiddenLayers:[4]')).items.length).toBe(1);
    const byLoss = await view('metric=loss');
    expect(byLoss).toMatchObject({ metric: 'loss', direction: 'minimize' });
    expect(trialsOf(byLoss)).toEqual([1, 2, 3, 0]);
    expect(byLoss.items[0].score.mean).toBe(0.25);
    expect(byLoss.digest).not.toBe(adam.digest);
  });

  it.each([
    ['metric=r2', '/metric'],
    ['metric=best', '/metric'],
    ['sort=nothing', '/sort'],
    ['where=optimizer', '/where'],
    ['where=colour:red', '/where'],
    ['cursor=abc', '/cursor'],
    ['waitSeconds=61', '/waitSeconds'],
  ])('refuses ?%s and names the parameter', async (query, pointer) => {
    const { id } = await submit(service.app, spec);
    const answer = await get(`/v1/searches/${id}/leaderboard?${query}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors[0]).toEqual({ pointer, message: expect.any(String) });
  });

  it('answers 304 until a result comes, for each representation by itself', async () => {
    const { id } = await submit(service.app, spec);
    const url = `/v1/searches/${id}/leaderboard`;
    const etag = (await get(url)).headers.etag as string;
    expect((await get(url, { 'if-none-match': etag })).statusCode).toBe(304);
    expect((await get(`${url}?limit=1`, { 'if-none-match': etag })).statusCode).toBe(200);
    const held = get(`${url}?waitSeconds=30`, { 'if-none-match': etag });
    await accept(service.database, { search: id, trial: 3, fold: 0 }, 0.5);
    // The claim comes first, and is a change as well.
    expect((await held).statusCode).toBe(200);
    const board = (await get(url, { 'if-none-match': etag })).json();
    expect(board.status).toBe('running');
    expect(board.items.find(({ trial }: { trial: number }) => trial === 3)).toMatchObject({
      rank: null,
      status: 'running',
    });
  });

  it('gives a thousand clients one and the same board', async () => {
    const id = await completed();
    const answers = await Promise.all(
      Array.from({ length: 1000 }, () => get(`/v1/searches/${id}/leaderboard`)),
    );
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(answers[0]?.statusCode).toBe(200);
  });
});

describe('a large leaderboard', () => {
  it('shows the end of its search at once', async () => {
    const { id } = await submit(service.app, { ...spec, strategy: { kind: 'random', trials: 1500 } });
    expect((await get(`/v1/searches/${id}/leaderboard`)).json().status).toBe('queued');
    await service.app.inject({ method: 'POST', url: `/v1/searches/${id}/cancel` });
    const board = (await get(`/v1/searches/${id}/leaderboard?limit=1000`)).json();
    expect(board.status).toBe('cancelled');
    expect(new Set(board.items.map(({ status }: { status: string }) => status))).toEqual(
      new Set(['cancelled']),
    );
  });
});

describe('GET …/leaderboard.csv', () => {
  it('has a row for each trial', async () => {
    const id = await completed();
    const answer = await get(`/v1/searches/${id}/leaderboard.csv`);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
    const [header, ...rows] = answer.body.trimEnd().split('\r\n');
    expect(header).toMatch(/^rank,trial,status,/);
    expect(rows.map((row) => row.split(',').slice(0, 2).map(Number))).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 0],
    ]);
    const conditional = await get(`/v1/searches/${id}/leaderboard.csv`, {
      'if-none-match': answer.headers.etag as string,
    });
    expect(conditional.statusCode).toBe(304);
  });

  it('has scikit-learn’s names when asked for them', async () => {
    const id = await completed();
    const answer = await get(`/v1/searches/${id}/leaderboard.csv?columns=cv_results`);
    expect(answer.body.split('\r\n')[0]).toContain('mean_test_score');
    expect((await get(`/v1/searches/${id}/leaderboard.csv?columns=all`)).statusCode).toBe(400);
  });
});
