import { type Session, sessionRequestSchema, sessionSchema } from '@holdfast/contracts/session';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { App } from '../app-instance.ts';
import { refuseKey } from '../plugins/access.ts';
import { problemAnswers } from '../plugins/openapi.ts';
import type { KeyRing } from './key-ring.ts';
import { cookieFor, csrfToken, expiredCookie, keyOfCookie } from './session-cookie.ts';

/** How the dashboard signs in: with a key that from then on only the browser knows, in a cookie. */
export async function sessionRoutes(app: App, { ring }: { ring: KeyRing | null }) {
  const open = { tags: ['Service'], security: [] };

  async function describe(key: string | null): Promise<Session> {
    if (ring === null) return { signedIn: false, needsKey: false, scopes: ['admin'], csrfToken: null };
    const caller = key === null ? null : await ring.find(key);
    if (key === null || caller === null)
      return { signedIn: false, needsKey: true, scopes: [], csrfToken: null };
    return { signedIn: true, needsKey: true, scopes: [...caller.scopes], csrfToken: csrfToken(key) };
  }

  app.get(
    '/v1/session',
    {
      config: { open: true },
      schema: {
        ...open,
        summary: 'Whether this browser is signed in, and with which scopes',
        operationId: 'getSession',
        response: { 200: sessionSchema, ...problemAnswers() },
      },
    },
    async (request) => describe(keyOfCookie(request as unknown as FastifyRequest)),
  );

  app.post(
    '/v1/session',
    {
      config: { open: true },
      schema: {
        ...open,
        summary: 'Sign a browser in with a key',
        operationId: 'createSession',
        body: sessionRequestSchema,
        response: { 200: sessionSchema, ...problemAnswers(400, 401, 413, 415) },
      },
    },
    async (request, reply) => {
      const { key } = request.body;
      const session = await describe(key);
      if (session.needsKey && !session.signedIn) throw refuseKey();
      if (session.signedIn)
        (reply as unknown as FastifyReply).header(
          'set-cookie',
          cookieFor(key, request as unknown as FastifyRequest),
        );
      return session;
    },
  );

  app.delete(
    '/v1/session',
    {
      config: { open: true },
      schema: {
        ...open,
        summary: 'Sign a browser out',
        operationId: 'deleteSession',
        response: { 204: z.null().describe('Signed out'), ...problemAnswers() },
      },
    },
    async (_request, reply) => reply.header('set-cookie', expiredCookie).code(204).send(null),
  );
}
