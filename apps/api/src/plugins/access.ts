import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isLoopback } from '../loopback.ts';
import { ProblemError } from '../problem-error.ts';
import { SettingsError } from '../settings.ts';

interface AccessSettings {
  host: string;
  keys: readonly string[];
}

/**
 * Who may ask. With keys, all below `/v1` and `/metrics` wants one. Without keys only a loopback binding is
 * allowed, and there a page of another origin must not reach the service through the user's browser, neither
 * directly (Origin) nor by a name that was made to point here (Host).
 * @throws SettingsError for any other binding without a key
 */
export function guardAccess(app: FastifyInstance, { host, keys }: AccessSettings): void {
  if (keys.length === 0 && !isLoopback(host)) {
    throw new SettingsError([
      `HOLDFAST_KEY is not set: HOST=${host} is reached from other machines, and that needs a key. Set HOLDFAST_KEY, or HOST=127.0.0.1.`,
    ]);
  }
  const digests = keys.map(digest);
  app.addHook('onRequest', async (request) => {
    if (digests.length > 0) {
      if (!isOpen(request)) demandKey(request, digests);
      return;
    }
    checkOrigin(request);
  });
}

/** By the route's pattern, not by the address as sent: `/%761/searches` reaches the same route. */
function isOpen(request: FastifyRequest): boolean {
  const pattern = request.routeOptions.url;
  return pattern !== undefined && !pattern.startsWith('/v1/') && pattern !== '/metrics';
}

function demandKey(request: FastifyRequest, digests: readonly Buffer[]): void {
  const given = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
  const candidate = digest(given ?? '');
  // Every key is compared, so that the time taken tells nothing about which one came near.
  let known = false;
  for (const one of digests) known = timingSafeEqual(one, candidate) || known;
  if (given === undefined || !known) {
    throw new ProblemError('unauthorized', 'Send an API key: Authorization: Bearer <key>.', {
      headers: { 'www-authenticate': 'Bearer realm="holdfast"' },
    });
  }
}

function checkOrigin(request: FastifyRequest): void {
  const { host, origin } = request.headers;
  const name = host === undefined ? undefined : hostnameOf(`http://${host}`);
  if (name === undefined || !isLoopback(name)) {
    throw new ProblemError(
      'forbidden',
      'Without a key the service answers only to a Host of this machine: localhost, 127.0.0.1 or [::1].',
    );
  }
  if (origin === undefined) return;
  const from = hostnameOf(origin);
  if (from === undefined || !isLoopback(from)) {
    throw new ProblemError('forbidden', 'Without a key the service answers no pages of other origins.');
  }
}

function hostnameOf(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).hostname : undefined;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
