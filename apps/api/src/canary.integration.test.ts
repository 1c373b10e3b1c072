import { createApiKey } from '@holdfast/db/api-keys';
import { openDatabase } from '@holdfast/db/open-database';
import { migrateQueues } from '@holdfast/queue/queue-tables';
import { expect, it, vi } from 'vitest';
import { createTestDatabase } from '../../../packages/db/test/database.ts';
import { startCuttableProxy } from '../test/cuttable-proxy.ts';
import { startServerProcess } from '../test/server-process.ts';

const adminKey = 'canary-admin-4f1c';
const wrongKey = 'canary-wrong-9b02';
const patience = { timeout: 30_000, interval: 50 };

it('writes no secret to its log, whatever it is asked and however it fails', async () => {
  const database = await createTestDatabase();
  await migrateQueues(database.url);
  const proxy = await startCuttableProxy(database.logins.api);
  const { password } = new URL(database.logins.api);
  const own = openDatabase({ url: database.url, name: 'canary test' });
  const { key } = await createApiKey(own, { name: 'canary', scopes: ['read'], seconds: null });
  await own.close();
  const server = startServerProcess({
    PATH: process.env.PATH,
    DATABASE_URL: proxy.url,
    HOST: '0.0.0.0',
    PORT: '0',
    HOLDFAST_ADMIN_KEY: adminKey,
    LOG_LEVEL: 'trace',
  });
  try {
    const url = (await server.ready).replace('0.0.0.0', '127.0.0.1');
    const ask = (path: string, init: RequestInit = {}) => fetch(`${url}${path}`, init);
    const bearer = (of: string) => ({ headers: { authorization: `Bearer ${of}` } });
    const json = { 'content-type': 'application/json' };
    const answers: Response[] = [];
    for (const of of [adminKey, wrongKey, key]) {
      answers.push(await ask('/v1/searches', bearer(of)));
      answers.push(await ask('/v1/searches', { headers: { cookie: `holdfast_session=${of}` } }));
      answers.push(
        await ask('/v1/session', { method: 'POST', headers: json, body: JSON.stringify({ key: of }) }),
      );
      answers.push(
        await ask('/v1/session', { method: 'POST', headers: json, body: JSON.stringify({ key: [of] }) }),
      );
      answers.push(await ask('/v1/session', { method: 'POST', headers: json, body: `{"key": "${of}` }));
      answers.push(await ask('/v1/searches', { method: 'POST', body: of, ...bearer(of) }));
      answers.push(await ask('/v1/absent', bearer(`${of},${of}`)));
    }
    expect(answers.map(({ status }) => status)).toEqual(expect.arrayContaining([200, 401, 400]));
    proxy.cut();
    await vi.waitFor(
      async () => expect((await ask('/v1/searches', bearer(adminKey))).status).toBe(503),
      patience,
    );
    await vi.waitFor(async () => expect((await ask('/v1/searches', bearer(key))).status).toBe(503), patience);
    const told = [server.output()];
    for (const answer of answers) told.push(await answer.text());
    expect(server.output()).toMatch(/answered/);
    for (const canary of [adminKey, wrongKey, key.slice(14), password]) {
      for (const text of told) expect(text).not.toContain(canary);
    }
  } finally {
    server.child.kill('SIGKILL');
    await server.ended;
    await proxy.close();
    await database.close();
  }
});

it('repeats no password where it cannot start', async () => {
  const server = startServerProcess({
    PATH: process.env.PATH,
    DATABASE_URL: 'postgres://holdfast:canary-password@[broken/db',
    REDIS_URL: 'http://:canary-redis@host',
    HOLDFAST_KEYS: 'canary key with spaces',
  });
  expect(await server.ended).toBe(1);
  expect(server.output()).toMatch(/DATABASE_URL.*\n.*REDIS_URL/s);
  expect(server.output()).not.toMatch(/canary/);
});
