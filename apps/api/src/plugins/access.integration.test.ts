import { createApiKey } from '@holdfast/db/api-keys';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ApiDocument, listOperations } from '../../../../tests/faults/src/draw-request.ts';
import { type Service, startService } from '../../test/service.ts';

describe('on loopback without a key', () => {
  let service: Service;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.stop());

  it.each(['localhost', 'localhost:8080', '127.0.0.1:1', '[::1]:8080', 'LOCALHOST'])(
    'answers Host %s',
    async (host) => {
      expect((await service.app.inject({ url: '/v1/searches', headers: { host } })).statusCode).toBe(200);
    },
  );

  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.nip.io', '192.168.0.7:8080', 'a b'])(
    'refuses Host %j',
    async (host) => {
      for (const url of ['/v1/searches', '/', '/nothing', '/metrics']) {
        const answer = await service.app.inject({ url, headers: { host } });
        expect(answer.statusCode).toBe(403);
        expect(answer.json().type).toBe('/docs/errors#forbidden');
      }
    },
  );

  it.each(['https://evil.example', 'null', 'http://localhost.evil.example:8080'])(
    'refuses Origin %s',
    async (origin) => {
      const answer = await service.app.inject({
        method: 'POST',
        url: '/v1/searches',
        headers: { origin },
        payload: {},
      });
      expect(answer.statusCode).toBe(403);
    },
  );

  it('answers its own dashboard', async () => {
    const headers = { host: 'localhost:8080', origin: 'http://localhost:8080' };
    expect((await service.app.inject({ url: '/v1/searches', headers })).statusCode).toBe(200);
  });
});

describe('on any other binding', () => {
  it.each(['0.0.0.0', '::', '192.168.0.1', 'api.example'])(
    'refuses to start on %s without a key',
    async (host) => {
      await expect(startService({ host })).rejects.toThrow(/HOLDFAST_KEY is not set/);
    },
  );

  describe('with keys', () => {
    let service: Service;
    beforeAll(async () => {
      service = await startService({ host: '0.0.0.0', keys: ['first-key', 'second-key'] });
    });
    afterAll(() => service.stop());

    const withKey = (url: string, authorization?: string) =>
      service.app.inject({
        url,
        headers: { host: 'holdfast.example', ...(authorization !== undefined && { authorization }) },
      });

    it('takes each of them', async () => {
      for (const authorization of ['Bearer first-key', 'Bearer second-key', 'bearer first-key']) {
        expect((await withKey('/v1/searches', authorization)).statusCode).toBe(200);
      }
    });

    it.each([
      undefined,
      '',
      'Bearer',
      'Bearer ',
      'Bearer first-ke',
      'Bearer first-key2',
      'Basic first-key',
      'first-key',
      'Bearer first-key,second-key',
    ])('refuses Authorization %j on every route', async (authorization) => {
      const urls = [
        '/v1/searches',
        '/v1/nothing',
        '/nothing',
        '/metrics',
        '/%761/searches',
        '/v1/searches/se_x/events',
      ];
      for (const url of urls) {
        const answer = await withKey(url, authorization);
        expect(answer.statusCode, url).toBe(401);
        expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
        expect(answer.json().type).toBe('/docs/errors#unauthorized');
      }
    });

    it('wants a key on every route of its own description, and one of large enough a scope', async () => {
      const { key: read } = await createApiKey(service.database, {
        name: 'reader',
        scopes: ['read'],
        seconds: null,
      });
      await vi.waitFor(
        async () => expect((await withKey('/v1/searches', `Bearer ${read}`)).statusCode).toBe(200),
        {
          timeout: 30_000,
        },
      );
      const document = (await service.app.inject('/openapi.json')).json<ApiDocument>();
      const closed = listOperations(document).filter(
        ({ path }) => (path.startsWith('/v1/') || path === '/metrics') && path !== '/v1/session',
      );
      expect(closed.length).toBeGreaterThan(50);
      for (const { method, path } of closed) {
        const ask = (authorization?: string) =>
          service.app.inject({
            method: method as 'GET',
            url: path.replaceAll(/\{\w+\}/g, 'none'),
            headers: { host: 'holdfast.example', ...(authorization && { authorization }) },
          });
        expect((await ask()).statusCode, `${method} ${path} without a key`).toBe(401);
        expect((await ask('Bearer wrong')).statusCode, `${method} ${path} with a wrong key`).toBe(401);
        const { statusCode } = await ask(`Bearer ${read}`);
        // Predictions change nothing, though they are asked for by POST.
        const mayLook = (method === 'GET' && path !== '/v1/keys') || path === '/v1/models/{id}/predictions';
        if (mayLook) expect(statusCode, `${method} ${path}`).not.toBe(403);
        else expect(statusCode, `${method} ${path} with a key that may only look`).toBe(403);
      }
    });

    it('needs none for health, the document and the dashboard', async () => {
      for (const url of ['/healthz', '/readyz', '/openapi.json', '/']) {
        expect((await withKey(url)).statusCode).toBe(200);
      }
    });
  });
});
