import { modelRequestSchema, modelSchema } from '@holdfast/contracts/model';
import { artifactFormats, modelArtifactSchema } from '@holdfast/contracts/model-artifact';
import { pageOf, pageQuerySchema, waitSecondsQuery } from '@holdfast/contracts/page';
import { predictionRequestSchema, predictionsSchema } from '@holdfast/contracts/predictions';
import { modelStates } from '@holdfast/contracts/states';
import { deleteModel, findModel, listModels } from '@holdfast/db/models';
import type { Database } from '@holdfast/db/open-database';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { answerPolled } from '../answer-polled.ts';
import type { App } from '../app-instance.ts';
import { matchesEtag, strongEtag } from '../etag.ts';
import type { Boards } from '../leaderboard/boards.ts';
import { answerOnce, sendAnswer } from '../plugins/idempotency.ts';
import { problemAnswers } from '../plugins/openapi.ts';
import { randomId } from '../random-id.ts';
import type { SearchWatch } from '../search-watch.ts';
import { searchParamsSchema } from '../searches/search-params.ts';
import { createModel } from './create-model.ts';
import { describeModel } from './describe-model.ts';
import { findUnseen } from './find-unseen.ts';
import { createModelLoader, modelNotFound } from './load-model.ts';
import { predictRows } from './predict-rows.ts';
import { createFeatureReaders } from './read-cell.ts';
import { readCsvRows } from './read-csv-rows.ts';
import { readObjectRows } from './read-rows.ts';
import { writeCard } from './write-card.ts';
import { writeJsonArtifact } from './write-json-artifact.ts';
import { writeOnnxArtifact } from './write-onnx-artifact.ts';

interface ModelDeps {
  database: Database;
  boards: Boards;
  watch: SearchWatch;
}

/** 10,000 rows of some hundred columns. */
const mostBodyBytes = 64 * 1024 * 1024;

const paramsSchema = z.strictObject({ id: z.string().describe('The model: mo_…') });

/** Register in a scope of its own: it takes CSV as a body. */
export async function modelRoutes(app: App, { database, boards, watch }: ModelDeps) {
  const load = createModelLoader(database);
  app.addContentTypeParser('text/csv', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  app.post(
    '/v1/searches/:id/models',
    {
      schema: {
        tags: ['Models'],
        summary: 'Train the final model of a trial',
        description:
          'The trial’s hyperparameters on all training rows; of the recommended trial unless one is named.',
        operationId: 'createModel',
        headers: z.looseObject({ 'idempotency-key': z.string().optional() }),
        params: searchParamsSchema,
        body: modelRequestSchema.nullish(),
        response: {
          202: modelSchema.describe('Queued; its address is in Location'),
          ...problemAnswers(400, 404, 409, 415, 422),
        },
      },
    },
    async (request, reply) => {
      const { id: search } = request.params;
      const trial = request.body?.trial;
      const answer = await answerOnce(
        database,
        { request, body: { search, ...request.body }, newId: () => randomId('mo') },
        async (id) => {
          const record = await createModel({ database, boards }, id, { search, trial });
          return {
            status: 202,
            headers: { location: `/v1/models/${id}` },
            body: JSON.stringify(describeModel(record)),
          };
        },
      );
      return sendAnswer(reply, answer);
    },
  );

  app.get(
    '/v1/models',
    {
      schema: {
        tags: ['Models'],
        summary: 'Final models, newest first',
        operationId: 'listModels',
        querystring: pageQuerySchema.extend({
          search: z.string().max(200).optional(),
          status: z.enum(modelStates).optional(),
        }),
        response: { 200: pageOf(modelSchema), ...problemAnswers(400) },
      },
    },
    async (request) => {
      const { limit = 50, ...filter } = request.query;
      const { items, nextCursor } = await listModels(database, { limit, ...filter });
      return { items: items.map(describeModel), nextCursor };
    },
  );

  app.get(
    '/v1/models/:id',
    {
      schema: {
        tags: ['Models'],
        summary: 'One final model',
        description:
          'Carries an ETag and honours If-None-Match; waitSeconds holds the answer until something changed.',
        operationId: 'getModel',
        params: paramsSchema,
        querystring: z.strictObject({ waitSeconds: waitSecondsQuery.optional() }),
        response: {
          200: modelSchema,
          304: z.undefined().describe('Nothing changed'),
          ...problemAnswers(400, 404),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      return answerPolled({
        request,
        reply: reply as unknown as FastifyReply,
        watch,
        id,
        waitSeconds: request.query.waitSeconds ?? 0,
        read: async () => {
          const record = await findModel(database, id);
          if (record === null) throw modelNotFound(id);
          return {
            etag: strongEtag(record.revision, id),
            over: record.status === 'completed' || record.status === 'failed',
            type: 'application/json; charset=utf-8',
            body: JSON.stringify(describeModel(record)),
          };
        },
      });
    },
  );

  app.delete(
    '/v1/models/:id',
    {
      schema: {
        tags: ['Models'],
        summary: 'Delete a model; one that is being trained is stopped',
        operationId: 'deleteModel',
        params: paramsSchema,
        response: { 204: z.undefined().describe('Deleted'), ...problemAnswers(404) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      if (!(await deleteModel(database, id))) throw modelNotFound(id);
      return reply.code(204).send();
    },
  );

  app.get(
    '/v1/models/:id/artifact',
    {
      schema: {
        tags: ['Models'],
        summary: 'The trained model: JSON, or ONNX with the scaler inside',
        operationId: 'getModelArtifact',
        params: paramsSchema,
        querystring: z.strictObject({ format: z.enum(artifactFormats).optional() }),
        response: {
          200: {
            description: 'The model, JSON unless format=onnx',
            content: {
              'application/json': { schema: modelArtifactSchema },
              'application/octet-stream': { schema: z.string() },
            },
          },
          304: z.undefined().describe('Nothing changed'),
          ...problemAnswers(400, 404, 409),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { format = 'json' } = request.query;
      const loaded = await load(id);
      const etag = strongEtag(loaded.record.revision, `${id} artifact ${format}`);
      const answer = reply as unknown as FastifyReply;
      answer.header('etag', etag).header('cache-control', 'no-cache');
      if (matchesEtag(request.headers['if-none-match'], etag)) return answer.code(304).send();
      answer.header('content-disposition', `attachment; filename="${id}.${format}"`);
      if (format === 'json') {
        return answer.type('application/json; charset=utf-8').send(writeJsonArtifact(loaded));
      }
      const { buffer, byteOffset, byteLength } = writeOnnxArtifact(loaded);
      return answer.type('application/octet-stream').send(Buffer.from(buffer, byteOffset, byteLength));
    },
  );

  app.get(
    '/v1/models/:id/card',
    {
      schema: {
        tags: ['Models'],
        summary: 'The model card, in Markdown',
        operationId: 'getModelCard',
        params: paramsSchema,
        response: {
          200: { description: 'Markdown', content: { 'text/markdown': { schema: z.string() } } },
          ...problemAnswers(404),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const record = await findModel(database, id);
      if (record === null) throw modelNotFound(id);
      return reply
        .type('text/markdown; charset=utf-8')
        .send(await writeCard(database, describeModel(record)));
    },
  );

  app.post(
    '/v1/models/:id/predictions',
    {
      // It changes nothing.
      config: { invalidBody: 'invalid-rows', scope: 'read' },
      // The handler checks rows of both kinds, and names row and column.
      validatorCompiler: () => (value: unknown) => ({ value }),
      bodyLimit: mostBodyBytes,
      schema: {
        tags: ['Models'],
        summary: 'Predict rows',
        description:
          'Up to 10,000 at a time: as objects by column name, or as text/csv with a header row, columns in any order.',
        operationId: 'predict',
        params: paramsSchema,
        body: predictionRequestSchema,
        response: { 200: predictionsSchema, ...problemAnswers(400, 404, 409, 413, 415, 422) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { record, model } = await load(id);
      const { features } = record.description;
      const readers = createFeatureReaders(features, model.pipeline.columns);
      const body: unknown = (request as unknown as FastifyRequest).body;
      const rows = Buffer.isBuffer(body) ? await readCsvRows(body, readers) : readObjectRows(body, readers);
      const items = await predictRows(record.description, model, rows);
      return sendAnswer(reply, {
        status: 200,
        headers: {},
        body: JSON.stringify({ model: id, items, warnings: findUnseen(features, rows) }),
      });
    },
  );
}
