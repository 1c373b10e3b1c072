import { createApiKey, revokeApiKey } from '@holdfast/db/api-keys';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Service, startService } from '../../test/service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService({ host: '0.0.0.0', keys: ['an-admin-key'] });
});
afterAll(() => service.stop());

/** Of a busy machine; what is told is that it happens. */
const patience = 30_000;
const host = 'holdfast.example';
const make = (scopes: ('read' | 'submit' | 'reveal' | 'admin')[], limits = {}) =>
  createApiKey(service.database, { name: 'test', scopes, seconds: null, ...limits });
const get = (key: string, url = '/v1/searches') =>
  service.app.inject({ url, headers: { host, authorization: `Bearer ${key}` } });

describe('keys in the database', () => {
  it('are taken as soon as they are made, and refused soon after they are revoked', async () => {
    const { key, record } = await make(['read']);
    await vi.waitFor(async () => expect((await get(key)).statusCode).toBe(200), patience);
    await revokeApiKey(service.database, record.id);
    await vi.waitFor(async () => expect((await get(key)).statusCode).toBe(401), patience);
  });

  it('are refused with another secret behind the same id', async () => {
    const [{ key }, other] = [await make(['read']), await make(['read'])];
    expect((await get(`${key.slice(0, 14)}${other.key.slice(14)}`)).statusCode).toBe(401);
  });

  it.each([
    ['read', 403],
    ['submit', 422],
    ['reveal', 403],
    ['admin', 422],
  ] as const)('with scope %s may do that and no more', async (scope, submitting) => {
    const { key } = await make([scope]);
    const headers = { host, authorization: `Bearer ${key}` };
    await vi.waitFor(async () => expect((await get(key)).statusCode).toBe(200), patience);
    expect((await get(key, '/metrics')).statusCode).toBe(200);
    const answer = await service.app.inject({
      method: 'POST',
      url: '/v1/searches',
      headers,
      payload: { dataset: 'absent' },
    });
    expect(answer.statusCode).toBe(submitting);
    if (submitting === 403) expect(answer.json().detail).toMatch(`scope submit; yours has ${scope}`);
  });

  it('bound the requests a second of a key, and say when to try again', async () => {
    const { key } = await make(['read'], { requestsPerSecond: 2 });
    await vi.waitFor(async () => expect((await get(key)).statusCode).toBe(200), patience);
    const answers = await Promise.all(Array.from({ length: 5 }, () => get(key)));
    const refused = answers.filter(({ statusCode }) => statusCode === 429);
    expect(refused.length).toBeGreaterThanOrEqual(3);
    expect(refused[0]!.headers['retry-after']).toBe('1');
    expect(refused[0]!.json().type).toBe('/docs/errors#too-many-requests');
    await vi.waitFor(async () => expect((await get(key)).statusCode).toBe(200), patience);
  });

  it('are made, listed, rotated and revoked by whoever has one of scope admin, and by nobody else', async () => {
    const ask = (key: string, method: 'GET' | 'POST', url: string, payload?: Record<string, unknown>) =>
      service.app.inject({
        method,
        url,
        headers: { host, authorization: `Bearer ${key}` },
        ...(payload && { payload }),
      });
    const made = await ask('an-admin-key', 'POST', '/v1/keys', { name: 'ci', scopes: ['submit'] });
    expect(made.statusCode).toBe(201);
    expect(made.headers['cache-control']).toBe('no-store');
    const { key, id } = made.json();
    await vi.waitFor(async () => expect((await get(key)).statusCode).toBe(200), patience);
    for (const [method, url] of [
      ['GET', '/v1/keys'],
      ['POST', '/v1/keys'],
      ['POST', `/v1/keys/${id}/rotate`],
      ['POST', `/v1/keys/${id}/revoke`],
    ] as const) {
      expect((await ask(key, method, url, method === 'POST' ? {} : undefined)).statusCode, url).toBe(403);
    }

    const rotated = await ask('an-admin-key', 'POST', `/v1/keys/${id}/rotate`, { overlapSeconds: 0 });
    expect(rotated.json()).toMatchObject({ name: 'ci', scopes: ['submit'], replaces: id });
    await vi.waitFor(async () => expect((await get(key)).statusCode).toBe(401), patience);
    const again = await ask('an-admin-key', 'POST', `/v1/keys/${id}/rotate`);
    expect(again.statusCode).toBe(409);
    const revoked = await ask('an-admin-key', 'POST', `/v1/keys/${rotated.json().id}/revoke`);
    expect(revoked.json().revokedAt).toMatch(/Z$/);
    await vi.waitFor(async () => expect((await get(rotated.json().key)).statusCode).toBe(401), patience);

    const list = (await ask('an-admin-key', 'GET', '/v1/keys')).body;
    for (const secret of [key, rotated.json().key]) expect(list).not.toContain(secret.slice(14));
    expect(JSON.parse(list).items.map((item: { id: string }) => item.id)).toEqual(
      expect.arrayContaining([id, rotated.json().id]),
    );
    expect((await ask('an-admin-key', 'POST', '/v1/keys/0000000000/revoke')).statusCode).toBe(404);
    expect((await ask('an-admin-key', 'POST', '/v1/keys', { name: 'x', scopes: [] })).statusCode).toBe(400);
  });

  it('are never in a log or an answer', async () => {
    const { key } = await make(['read']);
    const answer = await get(`${key}x`);
    expect(answer.body).not.toContain(key);
    expect(JSON.stringify(answer.headers)).not.toContain(key);
  });
});

describe('a browser', () => {
  const signIn = (key: string, origin?: string) =>
    service.app.inject({
      method: 'POST',
      url: '/v1/session',
      headers: { host, ...(origin && { origin }) },
      payload: { key },
    });
  const cookieOf = (answer: Awaited<ReturnType<typeof signIn>>) =>
    String(answer.headers['set-cookie']).split(';', 1)[0]!;

  it('is signed in with a key that scripts cannot read', async () => {
    const answer = await signIn('an-admin-key', `https://${host}`);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ signedIn: true, needsKey: true, scopes: ['admin'] });
    expect(answer.body).not.toContain('an-admin-key');
    for (const part of ['HttpOnly', 'SameSite=Strict', 'Secure', 'Path=/'])
      expect(answer.headers['set-cookie']).toContain(part);
    const cookie = cookieOf(answer);
    expect((await service.app.inject({ url: '/v1/searches', headers: { host, cookie } })).statusCode).toBe(
      200,
    );
    const session = await service.app.inject({ url: '/v1/session', headers: { host, cookie } });
    expect(session.json()).toEqual(answer.json());
  });

  it('is refused with a wrong key, and gets no cookie', async () => {
    const answer = await signIn('another');
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('changes nothing without the token that only its own page knows', async () => {
    const answer = await signIn('an-admin-key');
    const cookie = cookieOf(answer);
    const post = (headers: Record<string, string>) =>
      service.app.inject({
        method: 'POST',
        url: '/v1/searches',
        headers: { host, cookie, ...headers },
        payload: { dataset: 'absent' },
      });
    expect((await post({})).statusCode).toBe(403);
    expect((await post({ 'x-holdfast-csrf': 'guess' })).statusCode).toBe(403);
    expect((await post({ 'x-holdfast-csrf': answer.json().csrfToken })).statusCode).toBe(422);
  });

  it('is signed out', async () => {
    const answer = await service.app.inject({ method: 'DELETE', url: '/v1/session', headers: { host } });
    expect(answer.statusCode).toBe(204);
    expect(answer.headers['set-cookie']).toMatch(/^holdfast_session=;.*Max-Age=0/);
    const nobody = await service.app.inject({ url: '/v1/session', headers: { host } });
    expect(nobody.json()).toEqual({ signedIn: false, needsKey: true, scopes: [], csrfToken: null });
  });
});

it('refuses keys of the database while it cannot be asked about them', async () => {
  const { key } = await make(['read']);
  await vi.waitFor(async () => expect((await get(key)).statusCode).toBe(200), patience);
  service.proxy.cut();
  try {
    await vi.waitFor(async () => {
      const answer = await get(key, '/metrics');
      expect(answer.statusCode).toBe(503);
      expect(answer.headers['retry-after']).toBe('2');
    }, patience);
    // A key of the settings needs no database.
    expect((await get('an-admin-key', '/metrics')).statusCode).toBe(200);
  } finally {
    service.proxy.mend();
  }
});
