import type { FastifyRequest } from 'fastify';
import { expect, test } from 'vitest';
import { neededScope } from './caller.ts';

test.each([
  ['GET', '/v1/searches', {}, 'read'],
  ['HEAD', '/v1/searches/:search', {}, 'read'],
  ['GET', '/v1/searches/:search/reveals', {}, 'read'],
  ['POST', '/v1/searches', {}, 'submit'],
  ['DELETE', '/v1/datasets/:dataset', {}, 'submit'],
  ['POST', '/v1/searches/:search/reveal', {}, 'reveal'],
  ['POST', '/v1/searches/:search/reveal', { scope: 'admin' }, 'admin'],
  ['POST', undefined, {}, 'submit'],
] as const)('%s %s %j needs %s', (method, url, config, scope) => {
  const request = { method, routeOptions: { url, config } } as unknown as FastifyRequest;
  expect(neededScope(request)).toBe(scope);
});
