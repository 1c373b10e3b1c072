import {
  askAnswerSchema,
  askSchema,
  leaseSchema,
  renewalSchema,
  tellAnswerSchema,
  toldResultSchema,
} from '@holdfast/contracts/external-trainer';
import { renewLeases } from '@holdfast/db/fold-runs';
import type { Database } from '@holdfast/db/open-database';
import { z } from 'zod';
import type { App } from '../app-instance.ts';
import { problemAnswers } from '../plugins/openapi.ts';
import type { SearchWatch } from '../search-watch.ts';
import { searchParamsSchema } from '../searches/search-params.ts';
import { createAsking } from './ask.ts';
import { findHolder, leaseLost, tell } from './tell.ts';

const wholeNumber = z.string().regex(/^\d{1,6}$/, { error: 'must be a whole number, from 0' });
const foldParamsSchema = searchParamsSchema.extend({
  trial: wholeNumber.describe('The trial’s number, from 0'),
  fold: wholeNumber.describe('The fold’s number, from 0'),
});
const repeatQuerySchema = z.strictObject({
  repeat: wholeNumber.optional().describe('Of a cross-validation with repeats; 0 unless given.'),
});

/** Ask and tell: searches whose trials somebody else trains. */
export async function externalRoutes(app: App, deps: { database: Database; watch: SearchWatch }) {
  const { database } = deps;
  const answerAsk = createAsking(deps);

  app.post(
    '/v1/searches/:id/asks',
    {
      schema: {
        tags: ['External trainers'],
        summary: 'Ask for a fold run to train',
        description:
          'Of a search with "trainer": "external". `next` says what to do: `train`, `wait` and ask again, or `stop`, since the search is over. A client that asks again before it has told gets the same fold run, its lease renewed; several processes need several client ids.',
        operationId: 'ask',
        params: searchParamsSchema,
        body: askSchema,
        response: { 200: askAnswerSchema, ...problemAnswers(400, 404, 409, 415) },
      },
    },
    async (request, reply) => {
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const answer = await answerAsk(request.params.id, request.body, gone.signal);
      if (answer.next === 'wait') reply.header('retry-after', String(answer.retryAfterSeconds));
      return reply.send(answer);
    },
  );

  app.post(
    '/v1/searches/:id/trials/:trial/folds/:fold/result',
    {
      config: { invalidBody: 'invalid-result' },
      schema: {
        tags: ['External trainers'],
        summary: 'Tell the result of a fold run',
        description:
          'A score, or why there is none, or that the attempt failed. Taken once, and only while the lease holds: later it is 409. A result sent again, because the first answer was lost, is answered as before.',
        operationId: 'tell',
        params: foldParamsSchema,
        querystring: repeatQuerySchema,
        body: toldResultSchema,
        response: { 200: tellAnswerSchema, ...problemAnswers(400, 404, 409, 413, 415, 422) },
      },
    },
    async (request) => tell(database, placeOf(request.params, request.query), request.body),
  );

  app.post(
    '/v1/searches/:id/trials/:trial/folds/:fold/lease',
    {
      schema: {
        tags: ['External trainers'],
        summary: 'Renew the lease on a fold run',
        description: 'A sign of life from a training that takes long; 409 where it is not needed any more.',
        operationId: 'renewLease',
        params: foldParamsSchema,
        querystring: repeatQuerySchema,
        body: renewalSchema,
        response: { 200: leaseSchema, ...problemAnswers(400, 404, 409, 415) },
      },
    },
    async (request) => {
      const place = placeOf(request.params, request.query);
      const { lease, leaseSeconds } = request.body;
      const { attempt, held } = await findHolder(database, place, lease);
      if (!held.current || held.client === null) throw leaseLost(place);
      const claims = [{ ...place, attempt }];
      const lost = await renewLeases(database, { worker: held.client, leaseSeconds, claims });
      if (lost.length > 0) throw leaseLost(place);
      const expiresAt = new Date(Date.now() + leaseSeconds * 1000).toISOString();
      return { token: lease, seconds: leaseSeconds, expiresAt };
    },
  );
}

function placeOf(
  params: { id: string; trial: string; fold: string },
  { repeat = '0' }: { repeat?: string | undefined },
) {
  return {
    search: params.id,
    trial: Number(params.trial),
    repeat: Number(repeat),
    fold: Number(params.fold),
  };
}
