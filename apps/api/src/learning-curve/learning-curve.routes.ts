import { learningCurveRequestSchema, learningCurveSchema } from '@holdfast/contracts/learning-curve';
import { waitSecondsQuery } from '@holdfast/contracts/page';
import { learningCurveTag } from '@holdfast/contracts/search-tags';
import type { Database } from '@holdfast/db/open-database';
import { findNewestChild, findSearch, type OwnSearchRecord, type SearchRecord } from '@holdfast/db/searches';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { answerPolled } from '../answer-polled.ts';
import type { App } from '../app-instance.ts';
import { strongEtag } from '../etag.ts';
import type { Boards } from '../leaderboard/boards.ts';
import { answerOnce, sendAnswer } from '../plugins/idempotency.ts';
import { problemAnswers } from '../plugins/openapi.ts';
import { ProblemError } from '../problem-error.ts';
import { randomId } from '../random-id.ts';
import type { SearchWatch } from '../search-watch.ts';
import { isOver } from '../searches/is-over.ts';
import { refuseNested } from '../searches/refuse-nested.ts';
import { searchNotFound, searchParamsSchema } from '../searches/search-params.ts';
import type { Submissions } from '../searches/submissions.ts';
import { chooseLearningTrial } from './choose-learning-trial.ts';
import { describeLearningCurve } from './describe-learning-curve.ts';
import { learningCurveSpec } from './learning-curve-spec.ts';

interface LearningCurveDeps {
  database: Database;
  boards: Boards;
  watch: SearchWatch;
  submissions: Submissions;
}

export async function learningCurveRoutes(app: App, deps: LearningCurveDeps) {
  const { database, boards, watch, submissions } = deps;

  app.post(
    '/v1/searches/:id/learning-curve',
    {
      schema: {
        tags: ['Trials'],
        summary: 'Would more data help?',
        description:
          'Trains a trial, the recommended one unless named, on 10, 30 and 100 % of the training rows of each fold: as a search of its own (`curve`), by the same queue and workers, as repeatable as any. Ask for it again by GET.',
        operationId: 'createLearningCurve',
        headers: z.looseObject({ 'idempotency-key': z.string().optional() }),
        params: searchParamsSchema,
        body: learningCurveRequestSchema.nullish(),
        response: {
          202: learningCurveSchema.describe('Created; its address is in Location'),
          ...problemAnswers(400, 404, 409, 415, 422),
        },
      },
    },
    async (request, reply) => {
      const { id: parent } = request.params;
      const asked = request.body ?? learningCurveRequestSchema.parse({});
      const answer = await answerOnce(
        database,
        { request, body: { parent, ...asked }, newId: () => randomId('se') },
        async (id) => {
          const main = await findSearch(database, parent);
          if (main === null) throw searchNotFound(parent);
          refuseNested(main);
          const own = ownOf(main);
          const chosen = await chooseLearningTrial({ database, boards }, own, asked.trial);
          const spec = learningCurveSpec(own, chosen, asked.shares);
          const { traceParent } = request;
          const curve = ownOf(await submissions.create({ id, sent: spec, parent, traceParent }));
          return {
            status: 202,
            headers: { location: `/v1/searches/${parent}/learning-curve` },
            body: JSON.stringify(await describeLearningCurve(database, { parent, curve })),
          };
        },
      );
      return sendAnswer(reply, answer);
    },
  );

  app.get(
    '/v1/searches/:id/learning-curve',
    {
      schema: {
        tags: ['Trials'],
        summary: 'The newest learning curve of a search',
        description:
          'Scores by share of the training rows, and whether more rows are likely to help. Carries an ETag and honours If-None-Match; waitSeconds holds the answer until something changed.',
        operationId: 'getLearningCurve',
        params: searchParamsSchema,
        querystring: z.strictObject({ waitSeconds: waitSecondsQuery.optional() }),
        response: {
          200: learningCurveSchema,
          304: z.undefined().describe('Nothing changed'),
          ...problemAnswers(400, 404),
        },
      },
    },
    async (request, reply) => {
      const { id: parent } = request.params;
      const newest = async (): Promise<SearchRecord> => {
        if ((await findSearch(database, parent)) === null) throw searchNotFound(parent);
        const curve = await findNewestChild(database, parent, learningCurveTag);
        if (curve !== null) return curve;
        throw new ProblemError('not-found', 'The search has no learning curve yet: POST to this address.');
      };
      const { id } = await newest();
      return answerPolled({
        request,
        reply: reply as unknown as FastifyReply,
        watch,
        id,
        waitSeconds: request.query.waitSeconds ?? 0,
        read: async () => {
          const found = await findSearch(database, id);
          if (found === null) throw searchNotFound(id);
          const curve = ownOf(found);
          return {
            etag: strongEtag(curve.revision, `${id} learning-curve`),
            over: isOver(curve.status),
            type: 'application/json; charset=utf-8',
            body: JSON.stringify(await describeLearningCurve(database, { parent, curve })),
          };
        },
      });
    },
  );
}

function ownOf(record: SearchRecord): OwnSearchRecord {
  if (record.trainer === 'holdfast') return record;
  throw new ProblemError(
    'conflict',
    'The rows of an external search are not here: no learning curve can be trained.',
  );
}
