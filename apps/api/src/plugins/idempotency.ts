import { createHash } from 'node:crypto';
import { canonicalJson } from '@holdfast/contracts/canonical-json';
import { isDatabaseUnreachable } from '@holdfast/db/database-unreachable';
import { abandon, begin, finish } from '@holdfast/db/idempotency';
import type { Database } from '@holdfast/db/open-database';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from '../problem-error.ts';

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

interface Creation {
  request: FastifyRequest;
  /** What was sent, as JSON; for an upload, its digest. */
  body: unknown;
  newId: () => string;
}

/**
 * Creates at most once for each Idempotency-Key: the same key and body get the same answer. `create` is given the
 * id of what it makes. Where a process died in mid-creation the next one gets the same id, so `create` must look
 * whether it is there already.
 * @throws ProblemError 409 while the first request is in progress, 422 for the same key with another body
 */
export async function answerOnce(
  database: Database,
  { request, body, newId }: Creation,
  create: (id: string) => Promise<Answer>,
): Promise<Answer> {
  const key = readKey(request);
  if (key === undefined) return create(newId());

  const route = `${request.method} ${request.routeOptions.url}`;
  const bodyHash = createHash('sha256').update(canonicalJson(body)).digest('hex');
  const id = newId();
  const begun = await begin(database, { key, route, bodyHash, resourceId: id });
  switch (begun.state) {
    case 'done':
      return { status: begun.status, headers: begun.headers, body: begun.body };
    case 'in-progress':
      throw new ProblemError('idempotency-in-progress', 'Ask again in a moment.', {
        headers: { 'retry-after': '1' },
      });
    case 'mismatch':
      throw new ProblemError(
        'idempotency-mismatch',
        'This Idempotency-Key was sent before with another request. Use a new key for a new request.',
      );
    case 'new': {
      const { attempt, resourceId } = begun;
      try {
        const answer = await create(resourceId ?? id);
        await finish(database, { key, attempt, ...answer });
        return answer;
      } catch (error) {
        // Nothing was made, so the key is free. But where the database went away it may have committed: then
        // the key stays, and whoever takes it over finds what was made by its id.
        if (!isDatabaseUnreachable(error)) await abandon(database, { key, attempt });
        throw error;
      }
    }
  }
}

/** Sends what was made now or before; its body was checked when it was made. */
export function sendAnswer(reply: unknown, { status, headers, body }: Answer): FastifyReply {
  // A typed reply takes the schema's object, and not the text that is kept.
  return (reply as FastifyReply)
    .code(status)
    .headers(headers)
    .type('application/json; charset=utf-8')
    .send(body);
}

function readKey(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new ProblemError(
      'invalid-request',
      'Idempotency-Key must be 1 to 255 characters of ASCII without spaces.',
    );
  }
  return key;
}
