import { afterAll, beforeAll, expect, it } from 'vitest';
import { addDataset, type Service, startService, submit } from '../../test/service.ts';
import { buildApp } from '../app.ts';

let service: Service;
let id: string;

beforeAll(async () => {
  service = await startService();
  await addDataset(service.database, 'toy');
  ({ id } = await submit(service.app, {
    dataset: 'toy',
    space: { hiddenLayers: [[8]], learningRate: { min: 0.001, max: 0.1, scale: 'log' }, epochs: 5 },
    strategy: { kind: 'random', trials: 5000 },
    crossValidation: { kind: 'holdout' },
  }));
  await service.app.inject({ method: 'POST', url: `/v1/searches/${id}/cancel` });
});
afterAll(() => service.stop());

const paths = () => [
  `/v1/searches/${id}`,
  `/v1/searches/${id}/leaderboard/window?limit=3`,
  `/v1/searches/${id}/points`,
];
const answers = (app: Service['app']) =>
  Promise.all(paths().map(async (path) => (await app.inject(path)).json()));
const names = async () =>
  (await service.database.pool.query('SELECT name FROM board_answers ORDER BY name')).rows.map(
    ({ name }) => name,
  );

it('is what a service that starts shows of a large search that is over, from the database', async () => {
  const first = await answers(service.app);
  expect(await names()).toEqual(['best ', 'head ', 'points  2000', 'window  3']);
  // Told apart from what would be worked out anew by a mark that no board has.
  await service.database.pool.query(
    `UPDATE board_answers SET body = replace(body, '"total":5000', '"total":4999') WHERE name LIKE 'window%'`,
  );
  const again = await buildApp({
    database: service.database,
    queues: service.queues,
    settings: { host: '127.0.0.1', keys: [], webFolder: '/nowhere', databaseUrl: service.databaseUrl },
  });
  try {
    const [search, window, points] = await answers(again as Service['app']);
    expect(search).toEqual(first[0]);
    expect(window).toEqual({ ...first[1], total: 4999 });
    expect(points).toEqual(first[2]);
    // Other places are worked out.
    const later = (await again.inject(`/v1/searches/${id}/leaderboard/window?limit=3&offset=3`)).json();
    expect(later).toMatchObject({ total: 5000, digest: first[1].digest });
  } finally {
    await again.close();
  }
});

it('does not outlive a change of the search, nor the search', async () => {
  await service.database.pool.query('UPDATE searches SET revision = revision + 1 WHERE id = $1', [id]);
  const [, window] = await answers(service.app);
  expect(window.total).toBe(5000);
  await service.app.inject({ method: 'DELETE', url: `/v1/searches/${id}` });
  expect(await names()).toEqual([]);
});
