import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../test/database.ts';
import {
  createApiKey,
  digestKey,
  idOfKey,
  listApiKeys,
  loadUsableKeys,
  revokeApiKey,
  rotateApiKey,
} from './api-keys.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const usable = async () => (await loadUsableKeys(db)).map(({ id }) => id);

test('a key is told once, and only its digest is kept', async () => {
  const { key, record } = await createApiKey(db, { name: 'ci', scopes: ['submit'], seconds: null });
  expect(key).toMatch(/^hf_[0-9a-f]{10}_[\w-]{43}$/);
  expect(idOfKey(key)).toBe(record.id);
  const [kept] = (await loadUsableKeys(db)).filter(({ id }) => id === record.id);
  expect(kept?.digest).toEqual(digestKey(key));
  const { rows } = await db.pool.query('SELECT k::text AS text FROM api_keys k');
  const secret = key.slice(14);
  for (const { text } of rows) expect(text).not.toContain(secret);
  expect(JSON.stringify(await listApiKeys(db))).not.toContain(secret);
});

test('a revoked and an expired key cannot be used', async () => {
  const make = (seconds: number | null) => createApiKey(db, { name: 'k', scopes: ['read'], seconds });
  const [revoked, expired, long] = [await make(null), await make(0), await make(3600)];
  const first = await revokeApiKey(db, revoked.record.id);
  expect(await revokeApiKey(db, revoked.record.id)).toEqual(first);
  expect(await revokeApiKey(db, '0000000000')).toBeNull();
  const ids = await usable();
  expect(ids).toContain(long.record.id);
  expect(ids).not.toContain(revoked.record.id);
  expect(ids).not.toContain(expired.record.id);
});

test('rotation: both keys hold for a while, and a key is rotated once', async () => {
  const limits = { requestsPerSecond: 5, requestsInFlight: 2 };
  const old = await createApiKey(db, { name: 'r', scopes: ['read', 'reveal'], seconds: 60, ...limits });
  const next = (await rotateApiKey(db, old.record.id, { overlapSeconds: 3600, seconds: null }))!;
  expect(next.record).toMatchObject({ name: 'r', scopes: ['read', 'reveal'], ...limits, expiresAt: null });
  expect(next.record.replaces).toBe(old.record.id);
  expect(await usable()).toEqual(expect.arrayContaining([old.record.id, next.record.id]));
  expect(await rotateApiKey(db, old.record.id, { overlapSeconds: 1, seconds: null })).toBeNull();
  const last = (await rotateApiKey(db, next.record.id, { overlapSeconds: 0, seconds: null }))!;
  expect(await usable()).not.toContain(next.record.id);
  expect(await usable()).toContain(last.record.id);
  // An overlap lengthens no life.
  const [kept] = (await listApiKeys(db)).filter(({ id }) => id === old.record.id);
  expect(kept!.expiresAt!.getTime() - kept!.createdAt.getTime()).toBeLessThanOrEqual(61_000);
});

test('a scope that does not exist is refused, and so are none', async () => {
  for (const scopes of [[], ['all' as 'read']]) {
    await expect(createApiKey(db, { name: 'k', scopes, seconds: null })).rejects.toMatchObject({
      code: '23514',
    });
  }
});

test('whatever is no key of this form has no id', () => {
  for (const key of ['', 'hf_', 'first-key', 'hf_0123456789_short', `hf_012345678_${'a'.repeat(43)}`])
    expect(idOfKey(key)).toBeNull();
});
