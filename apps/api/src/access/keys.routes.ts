import {
  apiKeySchema,
  keyRotationSchema,
  madeApiKeySchema,
  newApiKeySchema,
} from '@holdfast/contracts/api-key';
import { type ApiKey, createApiKey, listApiKeys, revokeApiKey, rotateApiKey } from '@holdfast/db/api-keys';
import type { Database } from '@holdfast/db/open-database';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { App } from '../app-instance.ts';
import { problemAnswers } from '../plugins/openapi.ts';
import { ProblemError } from '../problem-error.ts';

const admin = { scope: 'admin' } as const;
const paramsSchema = z.strictObject({ id: z.string().max(100).describe('The ten characters after hf_.') });

/** API keys, for whoever has one of scope `admin`; the first is made by `holdfast keys create`. */
export async function keyRoutes(app: App, { database }: { database: Database }) {
  const tags = ['Service'];

  app.get(
    '/v1/keys',
    {
      config: admin,
      schema: {
        tags,
        summary: 'API keys, newest first, those that are over included',
        operationId: 'listKeys',
        response: {
          200: z.object({ items: z.array(apiKeySchema), nextCursor: z.null() }),
          ...problemAnswers(),
        },
      },
    },
    async () => ({ items: (await listApiKeys(database)).map(show), nextCursor: null }),
  );

  app.post(
    '/v1/keys',
    {
      config: admin,
      schema: {
        tags,
        summary: 'Make an API key',
        description:
          'The answer holds the key, this once. Takes no Idempotency-Key: the answer would be kept, and the key in it.',
        operationId: 'createKey',
        body: newApiKeySchema,
        response: { 201: madeApiKeySchema, ...problemAnswers(400, 413, 415) },
      },
    },
    async (request, reply) => {
      refuseIdempotencyKey(request as unknown as FastifyRequest);
      const { expiresInSeconds, ...asked } = request.body;
      const { key, record } = await createApiKey(database, { ...asked, seconds: expiresInSeconds });
      keepNowhere(reply as unknown as FastifyReply);
      return reply.code(201).send({ ...show(record), key });
    },
  );

  app.post(
    '/v1/keys/:id/rotate',
    {
      config: admin,
      schema: {
        tags,
        summary: 'Make a key in place of another, which goes on for a while',
        operationId: 'rotateKey',
        params: paramsSchema,
        body: keyRotationSchema.nullish(),
        response: { 201: madeApiKeySchema, ...problemAnswers(400, 404, 409, 413, 415) },
      },
    },
    async (request, reply) => {
      refuseIdempotencyKey(request as unknown as FastifyRequest);
      const { id } = request.params;
      const { overlapSeconds, expiresInSeconds } = request.body ?? keyRotationSchema.parse({});
      const made = await rotateApiKey(database, id, { overlapSeconds, seconds: expiresInSeconds });
      if (made === null) {
        const isThere = (await listApiKeys(database)).some((key) => key.id === id);
        if (!isThere) throw keyNotFound(id);
        throw new ProblemError('conflict', `The key ${id} is over, or was rotated before.`);
      }
      keepNowhere(reply as unknown as FastifyReply);
      return reply.code(201).send({ ...show(made.record), key: made.key });
    },
  );

  app.post(
    '/v1/keys/:id/revoke',
    {
      config: admin,
      schema: {
        tags,
        summary: 'End a key: it is refused within 5 seconds',
        operationId: 'revokeKey',
        params: paramsSchema,
        body: z.strictObject({}).nullish(),
        response: { 200: apiKeySchema, ...problemAnswers(400, 404, 415) },
      },
    },
    async (request) => {
      const revoked = await revokeApiKey(database, request.params.id);
      if (revoked === null) throw keyNotFound(request.params.id);
      return show(revoked);
    },
  );
}

function show(key: ApiKey) {
  return {
    ...key,
    createdAt: key.createdAt.toISOString(),
    expiresAt: key.expiresAt?.toISOString() ?? null,
    revokedAt: key.revokedAt?.toISOString() ?? null,
  };
}

function keepNowhere(reply: FastifyReply): void {
  reply.header('cache-control', 'no-store');
}

function refuseIdempotencyKey(request: FastifyRequest): void {
  if (request.headers['idempotency-key'] === undefined) return;
  throw new ProblemError(
    'invalid-request',
    'Keys are made without Idempotency-Key, since the answer would be kept: leave it out, and revoke a key that was made twice.',
  );
}

function keyNotFound(id: string): ProblemError {
  return new ProblemError('not-found', `There is no key ${id}.`);
}
