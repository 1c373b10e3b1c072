import { problemSchema } from '@holdfast/contracts/problem';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDataset, type Service, startService } from '../../test/service.ts';

let service: Service;

beforeAll(async () => {
  service = await startService();
  await addDataset(service.database, 'toy');
});
afterAll(() => service.stop());

async function expectProblem(request: InjectOptions, status: number, type: string) {
  const answer = await service.app.inject(request);
  expect(answer.statusCode).toBe(status);
  expect(answer.headers['content-type']).toBe('application/problem+json');
  const problem = answer.json();
  expect(problemSchema.parse(problem)).toEqual(problem);
  expect(problem).toMatchObject({ type: `/docs/errors#${type}`, status });
  if (status === 400 || status === 422) expect(problem.errors.length).toBeGreaterThan(0);
  return answer;
}

const json = { 'content-type': 'application/json' };

describe('errors', () => {
  it.each(['{', '{"dataset":}', "{'dataset':'toy'}", '\ufeff\ufeff{}'])(
    '%j is 400 malformed-json',
    async (payload) => {
      await expectProblem(
        { method: 'POST', url: '/v1/searches', headers: json, payload },
        400,
        'malformed-json',
      );
    },
  );

  it('an unknown address is 404', async () => {
    for (const url of [
      '/v1',
      '/v1/nothing',
      '/v1/searches/',
      '/V1/searches',
      '/v1/searches/x/y/z',
      '/assets/x.js',
    ]) {
      await expectProblem({ url }, 404, 'not-found');
      await expectProblem({ method: 'POST', url, headers: json, payload: '{}' }, 404, 'not-found');
    }
  });

  it.each([
    ['PUT', '/v1/searches', 'GET, HEAD, POST'],
    ['POST', '/v1/searches/se_x', 'DELETE, GET, HEAD'],
    ['GET', '/v1/searches/se_x/cancel', 'POST'],
    ['DELETE', '/v1/workers', 'GET, HEAD'],
    ['OPTIONS', '/v1/searches', 'GET, HEAD, POST'],
    ['HEAD', '/v1/searches/se_x/events', 'GET'],
    ['PATCH', '/v1/searches/se_x/trials/1?x=/', 'GET, HEAD'],
  ] as const)('%s %s is 405 with Allow', async (method, url, allow) => {
    const answer = await service.app.inject({ method, url });
    expect(answer.statusCode).toBe(405);
    expect(answer.headers.allow).toBe(allow);
    if (method !== 'HEAD') expect(answer.json().type).toBe('/docs/errors#method-not-allowed');
  });

  it('a body that is too large is 413', async () => {
    const payload = JSON.stringify({ dataset: 'x'.repeat(17 * 1024 * 1024) });
    await expectProblem({ method: 'POST', url: '/v1/searches', headers: json, payload }, 413, 'too-large');
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'nonsense'])(
    'a search as %s is 415',
    async (type) => {
      const request = {
        method: 'POST',
        url: '/v1/searches',
        headers: { 'content-type': type },
        payload: 'dataset=toy',
      };
      await expectProblem(request as InjectOptions, 415, 'unsupported-media-type');
    },
  );

  it('a body of a thousand mistakes gets an answer of a hundred lines', async () => {
    const payload = JSON.stringify({ dataset: 'toy', space: Array(1000).fill({ wrong: 1 }) });
    const answer = await expectProblem(
      { method: 'POST', url: '/v1/searches', headers: json, payload },
      422,
      'invalid-search',
    );
    expect(answer.json().errors).toHaveLength(101);
  });

  it('a broken percent sign and U+0000 are 400', async () => {
    await expectProblem({ url: '/v1/searches/%zz' }, 400, 'invalid-request');
    await expectProblem({ url: '/v1/searches?tag=a%00b' }, 400, 'invalid-request');
    await expectProblem({ url: '/v1/datasets/a%00b' }, 400, 'invalid-request');
  });

  it('what is no HTTP is answered in the same form', async () => {
    const address = new URL(await service.app.listen({ host: '127.0.0.1', port: 0 }));
    const { connect } = await import('node:net');
    const text = await new Promise<string>((resolve, reject) => {
      let received = '';
      const socket = connect(Number(address.port), address.hostname, () => socket.write('NO HTTP\r\n\r\n'));
      socket.on('data', (chunk) => {
        received += chunk;
      });
      socket.on('close', () => resolve(received));
      socket.on('error', reject);
    });
    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nContent-Type: application\/problem\+json\r\n/);
    expect(problemSchema.parse(JSON.parse(text.slice(text.indexOf('\r\n\r\n'))))).toMatchObject({
      status: 400,
    });
  });

  it('carries the security headers and an id on every answer', async () => {
    for (const url of ['/v1/searches', '/nothing', '/healthz', '/']) {
      const { headers } = await service.app.inject(url);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
    }
  });
});

describe('without a database', () => {
  it('answers 503 with Retry-After, and is up but not ready', async () => {
    const cut = await startService();
    expect((await cut.app.inject('/readyz')).statusCode).toBe(200);
    cut.proxy.cut();
    expect((await cut.app.inject('/readyz')).statusCode).toBe(503);
    for (const url of [
      '/v1/searches/se_x',
      '/v1/searches',
      '/v1/workers',
      '/v1/datasets',
      '/v1/searches/se_x/events',
    ]) {
      const answer = await cut.app.inject(url);
      expect(answer.statusCode).toBe(503);
      expect(answer.headers['retry-after']).toBeDefined();
      expect(answer.json()).toMatchObject({ type: '/docs/errors#unavailable', status: 503 });
    }
    expect((await cut.app.inject('/healthz')).statusCode).toBe(200);
    const metrics = await cut.app.inject('/metrics');
    expect(metrics.statusCode).toBe(200);
    expect(metrics.body).toContain('holdfast_store_up 0');
    cut.proxy.mend();
    await expect
      .poll(async () => (await cut.app.inject('/readyz')).statusCode, { timeout: 15_000 })
      .toBe(200);
    await cut.stop();
  });
});
