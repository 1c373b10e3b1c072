import { noTracing, type Span, type Tracing } from '@holdfast/tracing/tracing';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { idsOf } from '../request-ids.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the work that this request asks for gives as its parent; `null` where nothing is traced. */
    traceParent: string | null;
  }
}

/** A span for each request, within the caller's trace where it names one. */
export function traceRequests(app: FastifyInstance, tracing: Tracing): void {
  app.decorateRequest('traceParent', null);
  if (tracing === noTracing) return;
  const spans = new WeakMap<FastifyRequest, Span>();
  app.addHook('onRequest', async (request) => {
    const { traceparent } = request.headers;
    const route = request.routeOptions.url ?? 'unknown';
    const span = tracing.begin(`${request.method} ${route}`, {
      kind: 'server',
      parent: typeof traceparent === 'string' ? traceparent : null,
      attributes: {
        'http.request.method': request.method,
        'http.route': route,
        'holdfast.request.id': request.id,
        ...attributesOf(request),
      },
    });
    request.traceParent = span.traceparent;
    spans.set(request, span);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { statusCode } = reply;
    const error = statusCode >= 500 ? `answered ${statusCode}` : undefined;
    spans.get(request)?.end({ 'http.response.status_code': statusCode }, error);
  });
}

function attributesOf(request: FastifyRequest): Record<string, string> {
  const { search, trial } = idsOf(request);
  return {
    ...(search !== undefined && { 'holdfast.search': search }),
    ...(trial !== undefined && { 'holdfast.trial': trial }),
  };
}
