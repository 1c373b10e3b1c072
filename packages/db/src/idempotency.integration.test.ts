import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../test/database.ts';
import { abandon, begin, finish } from './idempotency.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const request = { key: 'k', route: 'POST /v1/searches', bodyHash: 'h' };
const answer = { status: 202, body: '{"b":1,"a":2}', headers: { location: '/v1/searches/se_1' } };
const age = (key: string, interval: string, column: 'locked_at' | 'created_at') =>
  db.pool.query(`UPDATE idempotency_keys SET ${column} = now() - $2::interval WHERE key = $1`, [
    key,
    interval,
  ]);

test('new, in progress, done, mismatch', async () => {
  const key = 'life';
  expect(await begin(db, { ...request, key, resourceId: 'se_1' })).toEqual({
    state: 'new',
    attempt: 1,
    resourceId: 'se_1',
  });
  expect(await begin(db, { ...request, key, resourceId: 'se_2' })).toEqual({ state: 'in-progress' });
  expect(await begin(db, { ...request, key, bodyHash: 'other' })).toEqual({ state: 'mismatch' });
  expect(await finish(db, { key, attempt: 1, ...answer })).toBe(true);
  expect(await begin(db, { ...request, key })).toEqual({ state: 'done', ...answer });
  expect(await begin(db, { ...request, key, bodyHash: 'other' })).toEqual({ state: 'mismatch' });
  expect(await begin(db, { ...request, key, route: 'POST /v1/datasets' })).toEqual({ state: 'mismatch' });
  expect(await finish(db, { key, attempt: 1, ...answer, status: 500 })).toBe(false);
  expect(await begin(db, { ...request, key })).toMatchObject({ status: 202 });
});

test('of fifty at once, one is told to do it', async () => {
  const key = 'fifty';
  const states = await Promise.all(Array.from({ length: 50 }, () => begin(db, { ...request, key })));
  expect(states.filter(({ state }) => state === 'new')).toHaveLength(1);
  expect(states.filter(({ state }) => state === 'in-progress')).toHaveLength(49);
});

test('an abandoned key is free at once', async () => {
  const key = 'abandoned';
  await begin(db, { ...request, key });
  await abandon(db, { key, attempt: 1 });
  expect(await begin(db, { ...request, key, bodyHash: 'other' })).toMatchObject({ state: 'new', attempt: 1 });
});

test('one whose process died is taken over with the id that the first had chosen', async () => {
  const key = 'died';
  await begin(db, { ...request, key, resourceId: 'se_1' });
  await age(key, '59 s', 'locked_at');
  expect(await begin(db, { ...request, key, resourceId: 'se_2' })).toEqual({ state: 'in-progress' });
  await age(key, '61 s', 'locked_at');
  expect(await begin(db, { ...request, key, bodyHash: 'other' })).toEqual({ state: 'mismatch' });
  expect(await begin(db, { ...request, key, resourceId: 'se_2' })).toEqual({
    state: 'new',
    attempt: 2,
    resourceId: 'se_1',
  });
  expect(await begin(db, { ...request, key })).toEqual({ state: 'in-progress' });
  // The first was only slow: what it has to say no longer counts.
  expect(await finish(db, { key, attempt: 1, ...answer })).toBe(false);
  await abandon(db, { key, attempt: 1 });
  expect(await finish(db, { key, attempt: 2, ...answer })).toBe(true);
});

test('after a day a key begins from nothing, and the rows of others are cleared away', async () => {
  const key = 'old';
  await begin(db, { ...request, key, resourceId: 'se_1' });
  await finish(db, { key, attempt: 1, ...answer });
  await age(key, '23 h 59 min', 'created_at');
  expect(await begin(db, { ...request, key })).toMatchObject({ state: 'done' });
  await age(key, '24 h 1 min', 'created_at');
  const again = await begin(db, { ...request, key, bodyHash: 'other', resourceId: 'se_2' });
  expect(again).toMatchObject({ state: 'new', resourceId: 'se_2' });
  await age(key, '25 h', 'created_at');
  await begin(db, { ...request, key: 'young' });
  await finish(db, { key: 'young', attempt: 1, ...answer });
  const { rows } = await db.pool.query('SELECT key FROM idempotency_keys WHERE key IN ($1, $2)', [
    key,
    'young',
  ]);
  expect(rows).toEqual([{ key: 'young' }]);
});
