import { covers, type Scope } from '@holdfast/contracts/scopes';
import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a caller needs; without it `read` for GET and HEAD, `reveal` for …/reveal, else `submit`. */
    scope?: Scope;
  }
}

/** Whose key a request carries. */
export interface Caller {
  /** The key's public part; `environment` for one of the settings. */
  id: string;
  scopes: readonly Scope[];
  /** `null`: as the service is set. */
  requestsPerSecond: number | null;
  requestsInFlight: number | null;
}

/** What the route of a request needs. */
export function neededScope({ method, routeOptions }: FastifyRequest): Scope {
  const { config, url = '' } = routeOptions;
  if (config.scope !== undefined) return config.scope;
  if (method === 'GET' || method === 'HEAD') return 'read';
  return url.endsWith('/reveal') ? 'reveal' : 'submit';
}

export function mayAsk(caller: Caller, needed: Scope): boolean {
  return covers(caller.scopes, needed);
}
