import type { FastifyRequest } from 'fastify';

/** Which search, and which trial of it, the address of a request names. */
export function idsOf(request: FastifyRequest): { search?: string; trial?: string } {
  const { url: route = '' } = request.routeOptions;
  const { id, trial } = (request.params ?? {}) as Record<string, string | undefined>;
  if (!route.startsWith('/v1/searches/:id') || id === undefined) return {};
  return { search: id, ...(trial !== undefined && { trial }) };
}
