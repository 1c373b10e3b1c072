import { preprocessingSchema } from '@holdfast/contracts/preprocessing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addDataset, addWorker, type Service, startService, submit } from '../../test/service.ts';

let service: Service;

beforeAll(async () => {
  service = await startService();
  await addDataset(service.database, 'toy');
  await addWorker(service.database);
});
afterAll(() => service.stop());

const get = (id: string) => service.app.inject(`/v1/searches/${id}/preprocessing`);

it('tells what missing values become in each fold', async () => {
  const rows = Array.from({ length: 12 }, (_, i) => ({
    age: i % 4 === 0 ? null : i,
    plan: i % 6 === 0 ? null : ['basic', 'pro'][i % 2]!,
    price: 10 * i,
  }));
  const made = await service.app.inject({
    method: 'POST',
    url: '/v1/datasets',
    payload: { name: 'gappy', target: 'price', task: 'regression', test: { kind: 'none' }, rows },
  });
  expect(made.statusCode, made.body).toBe(201);
  const { id } = await submit(service.app, {
    dataset: 'gappy',
    crossValidation: { kind: 'blocked', folds: 2, gap: 0 },
    space: { hiddenLayers: [[2]], learningRate: 0.1, epochs: 1 },
  });
  const answer = await get(id);
  expect(answer.statusCode, answer.body).toBe(200);
  const found = preprocessingSchema.parse(answer.json());
  const own = { name: 'plan', kind: 'category', filledWith: 'ownCategory', value: null };
  const age = { name: 'age', kind: 'number', filledWith: 'median' };
  // Rows 6 to 11 train the first fold: ages 6, 7, 9, 10, 11.
  expect(found).toEqual({
    search: id,
    inputs: 2 + 3,
    items: [
      {
        repeat: 0,
        fold: 0,
        columns: [
          { ...age, value: 9, rows: { training: 1, validation: 2 } },
          { ...own, rows: { training: 1, validation: 1 } },
        ],
      },
      {
        repeat: 0,
        fold: 1,
        columns: [
          { ...age, value: 2.5, rows: { training: 2, validation: 1 } },
          { ...own, rows: { training: 1, validation: 1 } },
        ],
      },
    ],
  });
  expect((await get(id)).json()).toEqual(found);
});

it('has nothing to tell of complete numbers, and of searches that are not there', async () => {
  const { id } = await submit(service.app, { dataset: 'toy' });
  const { items } = preprocessingSchema.parse((await get(id)).json());
  expect(items).toHaveLength(5);
  expect(items.every(({ columns }) => columns.length === 0)).toBe(true);
  expect((await get('se_none')).statusCode).toBe(404);
});
