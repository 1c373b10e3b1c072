import type { Database } from '@holdfast/db/open-database';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, mayAsk, neededScope } from '../access/caller.ts';
import { KeyRing, StaleKeysError } from '../access/key-ring.ts';
import { type Limits, RequestLimits } from '../access/request-limits.ts';
import { csrfHeader, hasCsrfToken, keyOfCookie } from '../access/session-cookie.ts';
import { isLoopback } from '../loopback.ts';
import { ProblemError } from '../problem-error.ts';
import { SettingsError } from '../settings.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Asked for without a key, though it stands below `/v1`. */
    open?: boolean;
  }
}

interface AccessOptions {
  host: string;
  keys: readonly string[];
  database: Database;
  limits: Limits;
}

/**
 * Who may ask. On loopback without a key in the settings, whoever is on this machine: there a page of another origin
 * must not reach the service through the user's browser, neither directly (Origin) nor by a name that was made to point
 * here (Host). Else all below `/v1` and `/metrics` wants a key, of the settings or of the database.
 *
 * @returns the keys; `null` where none are wanted
 * @throws SettingsError for a binding that needs a key where there is none
 */
export async function guardAccess(app: FastifyInstance, options: AccessOptions): Promise<KeyRing | null> {
  const { host, keys, database } = options;
  if (keys.length === 0 && isLoopback(host)) {
    app.addHook('onRequest', async (request) => checkOrigin(request));
    return null;
  }
  const ring = new KeyRing({ database, keys });
  if ((await ring.open()) === 0) {
    ring.close();
    throw new SettingsError([
      `HOLDFAST_KEY is not set: HOST=${host} is reached from other machines, and that needs a key. Make one with \`holdfast keys create\`, or set HOLDFAST_ADMIN_KEY, or HOST=127.0.0.1.`,
    ]);
  }
  app.addHook('onClose', async () => ring.close());
  const limits = new RequestLimits(options.limits);
  app.addHook('onRequest', async (request, reply) => {
    if (isOpen(request)) return;
    const caller = await demandKey(request, ring);
    const needed = neededScope(request);
    if (!mayAsk(caller, needed)) {
      throw new ProblemError(
        'forbidden',
        `This needs a key of scope ${needed}; yours has ${caller.scopes.join(', ')}.`,
      );
    }
    admit(caller, limits, reply);
  });
  return ring;
}

/** @param sent whether there was a key at all */
export function refuseKey(sent = false): ProblemError {
  const detail = sent
    ? 'This API key is not known here: it is mistyped, revoked or over, or of another service.'
    : 'Send an API key: Authorization: Bearer <key>.';
  return new ProblemError('unauthorized', detail, {
    headers: { 'www-authenticate': 'Bearer realm="holdfast"' },
  });
}

/** By the route's pattern, not by the address as sent: `/%761/searches` reaches the same route. */
function isOpen(request: FastifyRequest): boolean {
  const { url: pattern, config } = request.routeOptions;
  if (config.open === true) return true;
  return pattern !== undefined && !pattern.startsWith('/v1/') && pattern !== '/metrics';
}

async function demandKey(request: FastifyRequest, ring: KeyRing): Promise<Caller> {
  const { authorization } = request.headers;
  const cookie = authorization === undefined ? keyOfCookie(request) : null;
  const key = cookie ?? /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  let caller: Caller | null;
  try {
    caller = key === undefined ? null : await ring.find(key);
  } catch (error) {
    if (!(error instanceof StaleKeysError)) throw error;
    throw new ProblemError('unavailable', 'Whether this key still holds cannot be looked up. Try again.', {
      headers: { 'retry-after': '2' },
      cause: error,
    });
  }
  if (caller === null) throw refuseKey(key !== undefined);
  const changes = request.method !== 'GET' && request.method !== 'HEAD';
  if (cookie !== null && changes && !hasCsrfToken(request, cookie)) {
    throw new ProblemError(
      'forbidden',
      `A browser that is signed in must send ${csrfHeader}, as GET /v1/session tells it.`,
    );
  }
  return caller;
}

function admit(caller: Caller, limits: RequestLimits, reply: FastifyReply): void {
  const taken = limits.take(caller, performance.now());
  if ('retryAfterSeconds' in taken) {
    throw new ProblemError('too-many-requests', 'This key asks more than it may. Try again a little later.', {
      headers: { 'retry-after': String(taken.retryAfterSeconds) },
    });
  }
  // The second is for those that hang up.
  reply.raw.once('finish', taken.release);
  reply.raw.once('close', taken.release);
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
