import { outOfFoldSchema, trialSchema } from '@holdfast/contracts/trial';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accept, addDataset, addWorker, type Service, startService, submit } from '../../test/service.ts';

let service: Service;
let id: string;

beforeAll(async () => {
  service = await startService();
  await addDataset(service.database, 'toy');
  await addWorker(service.database);
  ({ id } = await submit(service.app, {
    dataset: 'toy',
    space: { hiddenLayers: [[4], [8], [16]], learningRate: 0.01, epochs: 5 },
  }));
  for (const fold of [0, 1, 2, 3, 4]) await accept(service.database, { search: id, trial: 1, fold }, 0.75);
  await accept(service.database, { search: id, trial: 2, fold: 3 }, 0.5);
});
afterAll(() => service.stop());

const get = (url: string) => service.app.inject(`/v1/searches/${id}${url}`);

describe('GET …/trials/{n}', () => {
  it('tells all about its folds', async () => {
    const trial = (await get('/trials/1')).json();
    expect(trialSchema.parse(trial)).toEqual(trial);
    expect(trial).toMatchObject({ search: id, trial: 1, status: 'completed', params: { hiddenLayers: [8] } });
    expect(trial.folds).toHaveLength(5);
    expect(trial.folds[0]).toMatchObject({
      repeat: 0,
      fold: 0,
      state: 'completed',
      attempt: 1,
      seed: '0123456789abcdef',
      engine: 'reference',
      worker: 'w_test',
      rows: { training: 32, validation: 8 },
      validation: { accuracy: 0.75, loss: 0.25 },
      confusion: [
        [4, 0],
        [0, 4],
      ],
      curves: { epochs: [1, 5], validationAccuracy: [0.5, 0.75] },
      seconds: 0.25,
    });
  });

  it('shows the seed of a fold run that has not begun', async () => {
    const { folds } = (await get('/trials/0')).json();
    const seeds = folds.map(({ seed }: { seed: string }) => seed);
    expect(new Set(seeds).size).toBe(5);
    for (const seed of seeds) expect(seed).toMatch(/^[0-9a-f]{16}$/);
    expect(folds[0]).toMatchObject({ state: 'queued', attempt: 0, validation: null, curves: null });
  });

  it.each(['3', '-1', '1.0', 'x', '99999999999'])('knows no trial %s', async (number) => {
    for (const url of [`/trials/${number}`, `/trials/${number}/predictions`]) {
      const answer = await get(url);
      expect(answer.statusCode).toBe(404);
      expect(answer.json().type).toBe('/docs/errors#not-found');
    }
  });
});

describe('GET …/trials', () => {
  it('lists by number, in pages, by state', async () => {
    const first = (await get('/trials?limit=2')).json();
    expect(first.items.map(({ trial }: { trial: number }) => trial)).toEqual([0, 1]);
    const rest = (await get(`/trials?limit=2&cursor=${first.nextCursor}`)).json();
    expect(rest.items.map(({ trial }: { trial: number }) => trial)).toEqual([2]);
    expect(rest.nextCursor).toBeNull();
    const done = (await get('/trials?status=completed')).json();
    expect(done.items).toHaveLength(1);
    expect(done.items[0].folds[4]).toMatchObject({ fold: 4, validation: { accuracy: 0.75 } });
    expect(done.items[0].folds[4]).not.toHaveProperty('curves');
  });
});

describe('GET …/trials/{n}/predictions', () => {
  it('has each training row once, with what is true of it', async () => {
    const whole = (await get('/trials/1/predictions?limit=1000')).json();
    expect(outOfFoldSchema.parse(whole)).toEqual(whole);
    expect(whole.outputs).toEqual(['left', 'right']);
    expect(whole.items).toHaveLength(40);
    const rows = whole.items.map(({ row }: { row: number }) => row);
    expect(rows.toSorted((a: number, b: number) => a - b)).toEqual(
      Array.from({ length: 40 }, (_, row) => row),
    );
    for (const item of whole.items) {
      expect(item.truth).toBe(item.row < 20 ? 'left' : 'right');
      expect(item.values).toEqual([0.75, 0.25]);
    }
    const items = [];
    let cursor: string | null = null;
    do {
      const page: { items: unknown[]; nextCursor: string | null } = (
        await get(`/trials/1/predictions?limit=7${cursor === null ? '' : `&cursor=${cursor}`}`)
      ).json();
      items.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(items).toEqual(whole.items);
  });

  it('has the folds that are there, and none for a trial that waits', async () => {
    const some = (await get('/trials/2/predictions?limit=1000')).json();
    expect(new Set(some.items.map(({ fold }: { fold: number }) => fold))).toEqual(new Set([3]));
    expect(some.items).toHaveLength(8);
    expect((await get('/trials/0/predictions')).json()).toMatchObject({ items: [], nextCursor: null });
    expect((await get('/trials/1/predictions?cursor=9')).statusCode).toBe(400);
  });
});
