import type { FastifyInstance } from 'fastify';
import { idsOf } from '../request-ids.ts';

/**
 * Every line that is logged for a request has its `reqId` (the answer's `x-request-id`) and the search and trial that it names. A
 * line for what changed something; pollers ask by the thousand, so that what they ask is for `debug`.
 */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    const ids = idsOf(request);
    if (ids.search !== undefined) request.log = request.log.child(ids);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, url } = request;
    const { statusCode: status, elapsedTime: milliseconds } = reply;
    const changed = method !== 'GET' && method !== 'HEAD' && status < 300 && !url.includes('/predictions');
    const location = reply.getHeader('location');
    request.log[changed ? 'info' : 'debug'](
      { method, url, status, milliseconds, ...(typeof location === 'string' && { created: location }) },
      'answered',
    );
  });
}
