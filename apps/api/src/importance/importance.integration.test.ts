import { importanceSchema } from '@holdfast/contracts/importance';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDataset, addWorker, complete, type Service, startService, submit } from '../../test/service.ts';

let service: Service;
let id: string;
const space = { hiddenLayers: [[4]], learningRate: [0.001, 0.01, 0.1], l2: [0, 0.01, 0.1, 1], epochs: 5 };

beforeAll(async () => {
  service = await startService();
  await addDataset(service.database, 'toy');
  await addWorker(service.database);
  ({ id } = await submit(service.app, { dataset: 'toy', space }));
});
afterAll(() => service.stop());

const get = (query = '', search = id) => service.app.inject(`/v1/searches/${search}/importance${query}`);

describe('GET …/importance', () => {
  it('says what is missing while there are too few trials', async () => {
    const answer = await get();
    expect(answer.statusCode, answer.body).toBe(200);
    expect(answer.json()).toMatchObject({
      items: [],
      pairs: [],
      trials: 0,
      reason: 'Importance of 2 hyperparameters needs 10 completed trials with a score; there are 0.',
    });
  });

  it('tells what matters', async () => {
    // The learning rate varies slowest, in steps of four trials.
    await complete(
      service.database,
      id,
      Array.from({ length: 12 }, (_, trial) => 0.5 + Math.floor(trial / 4) / 8),
    );
    const found = (await get()).json();
    expect(importanceSchema.parse(found)).toEqual(found);
    expect(found).toMatchObject({
      search: id,
      metric: 'accuracy',
      method: 'fanova',
      trials: 12,
      reason: null,
    });
    expect(found.items.map(({ hyperparameter }: { hyperparameter: string }) => hyperparameter)).toEqual([
      'learningRate',
      'l2',
    ]);
    expect(found.items[0].importance).toBeGreaterThan(0.8);
    expect((await get()).body).toBe(JSON.stringify(found));
    expect((await get('?metric=loss')).json()).toMatchObject({ metric: 'loss', reason: null });
  });

  it('refuses what it does not know', async () => {
    expect((await get('?metric=r2')).json()).toMatchObject({ status: 400, errors: [{ pointer: '/metric' }] });
    expect((await get('?trees=3')).json()).toMatchObject({ status: 400, errors: [{ pointer: '/trees' }] });
    expect((await get('', 'se_none')).statusCode).toBe(404);
  });
});
