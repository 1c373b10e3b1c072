import {
  type Dataset,
  datasetPreviewSchema,
  datasetSchema,
  datasetSpecSchema,
} from '@holdfast/contracts/dataset';
import { limitQuery, pageOf, pageQuerySchema, wholeNumberQuery } from '@holdfast/contracts/page';
import { IdTakenError, NameTakenError } from '@holdfast/db/database-errors';
import { deleteDataset, findDataset, listDatasets, loadTrainingRows } from '@holdfast/db/datasets';
import type { Database } from '@holdfast/db/open-database';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { App } from '../app-instance.ts';
import { answerOnce, sendAnswer } from '../plugins/idempotency.ts';
import { problemAnswers } from '../plugins/openapi.ts';
import { ProblemError } from '../problem-error.ts';
import { randomId } from '../random-id.ts';
import { type AssembledDataset, assembleDataset } from './assemble-dataset.ts';
import { createDataset } from './create-dataset.ts';
import { DatasetError } from './dataset-error.ts';
import { parseDatasetSpec } from './parse-dataset-spec.ts';
import { previewRows } from './preview-rows.ts';
import { readUpload } from './read-upload.ts';
import { makeSpiralDataset } from './spiral-dataset.ts';
import { defaultTableLimits, type TableLimits } from './table-builder.ts';
import { tableOfRows } from './table-of-rows.ts';
import { withTestRows } from './with-test-rows.ts';

interface DatasetDeps {
  database: Database;
  limits?: TableLimits;
}

const paramsSchema = z.strictObject({ dataset: z.string().min(1) });

/** Needs `@fastify/multipart` in the same scope. */
export async function datasetsRoutes(
  app: App,
  { database, limits = defaultTableLimits }: DatasetDeps,
): Promise<void> {
  const find = async (idOrName: string): Promise<Dataset> => {
    const dataset = await findDataset(database, idOrName);
    if (dataset === null) throw new ProblemError('not-found', 'There is no data set with this id or name.');
    return dataset;
  };

  app.post(
    '/v1/datasets',
    {
      config: { invalidBody: 'invalid-dataset' },
      // A body of parts is not in memory to be checked; the handler checks the specs of both kinds of body.
      validatorCompiler: () => (value: unknown) => ({ value }),
      schema: {
        tags: ['Data sets'],
        summary: 'Create a data set',
        description:
          'As multipart/form-data: the parts "spec" (this JSON), "file" (CSV with a header row, as it is or compressed with gzip, or Parquet) and, for test rows of their own, "test", in any order. As application/json: "rows", or generated data with "source".',
        operationId: 'createDataset',
        headers: z.looseObject({ 'idempotency-key': z.string().optional() }),
        body: datasetSpecSchema,
        response: {
          201: datasetSchema.describe('Created; its address is in Location'),
          ...problemAnswers(400, 409, 413, 415, 422),
        },
      },
    },
    async (request, reply) => {
      const answer = await answerProblems(async () => {
        const { body, spec, assemble } = await readRequest(request as unknown as FastifyRequest, limits);
        return answerOnce(database, { request, body, newId: () => randomId('ds') }, async (id) => {
          const dataset =
            (await findDataset(database, id)) ??
            (await createDataset(database, id, spec, assemble()).catch((error) => {
              // The request that died was slower than it seemed.
              if (error instanceof IdTakenError) return find(id);
              throw error;
            }));
          return {
            status: 201,
            headers: { location: `/v1/datasets/${id}` },
            body: JSON.stringify(dataset),
          };
        });
      });
      return sendAnswer(reply, answer);
    },
  );

  app.get(
    '/v1/datasets',
    {
      schema: {
        tags: ['Data sets'],
        summary: 'Data sets, newest first',
        operationId: 'listDatasets',
        querystring: pageQuerySchema,
        response: { 200: pageOf(datasetSchema), ...problemAnswers(400) },
      },
    },
    async (request) => {
      const { limit = 50, cursor = null } = request.query;
      return listDatasets(database, { limit, cursor });
    },
  );

  app.get(
    '/v1/datasets/:dataset',
    {
      schema: {
        tags: ['Data sets'],
        summary: 'One data set, by id or name',
        operationId: 'getDataset',
        params: paramsSchema,
        response: { 200: datasetSchema, ...problemAnswers(400, 404) },
      },
    },
    async (request) => find(request.params.dataset),
  );

  app.get(
    '/v1/datasets/:dataset/preview',
    {
      schema: {
        tags: ['Data sets'],
        summary: 'Training rows, the first ones unless `offset` is given',
        operationId: 'previewDataset',
        params: paramsSchema,
        querystring: z.strictObject({
          limit: limitQuery.optional(),
          offset: wholeNumberQuery(0, 999_999_999).optional(),
        }),
        response: { 200: datasetPreviewSchema, ...problemAnswers(400, 404) },
      },
    },
    async (request) => {
      const dataset = await find(request.params.dataset);
      const { limit = 20, offset = 0 } = request.query;
      return previewRows(dataset, await loadTrainingRows(database, dataset.id, { from: offset, limit }));
    },
  );

  app.delete(
    '/v1/datasets/:dataset',
    {
      schema: {
        tags: ['Data sets'],
        summary: 'Delete a data set that no search uses, its sealed test rows too',
        operationId: 'deleteDataset',
        params: paramsSchema,
        response: { 204: z.undefined().describe('Deleted'), ...problemAnswers(400, 404, 409) },
      },
    },
    async (request, reply) => {
      const dataset = await find(request.params.dataset);
      const outcome = await deleteDataset(database, dataset.id);
      if (outcome === 'absent')
        throw new ProblemError('not-found', 'There is no data set with this id or name.');
      if (outcome === 'in-use') {
        throw new ProblemError('dataset-in-use', 'Searches use this data set: delete them first.');
      }
      return reply.code(204).send();
    },
  );
}

interface CreationRequest {
  /** All that was sent, for telling one request from another. */
  body: unknown;
  spec: ReturnType<typeof parseDatasetSpec>;
  assemble: () => AssembledDataset;
}

async function readRequest(request: FastifyRequest, limits: TableLimits): Promise<CreationRequest> {
  if (request.isMultipart()) {
    const upload = await readUpload(request, limits);
    const spec = parseDatasetSpec(upload.spec);
    if (spec.source !== null) {
      throw new DatasetError([{ pointer: '/source', message: 'There is a file: leave the source out.' }]);
    }
    if (spec.rows !== undefined || spec.testRows !== undefined) {
      throw new DatasetError([{ pointer: '/rows', message: 'There is a file: leave the rows out.' }]);
    }
    const { test } = upload;
    const body = { spec: upload.spec, file: upload.fileDigest, ...(test && { test: test.fileDigest }) };
    return {
      body,
      spec,
      assemble: () => assembleDataset(withTestRows(upload.table, test?.table, spec), spec),
    };
  }
  const spec = parseDatasetSpec(request.body);
  const { source, rows, testRows } = spec;
  if (rows !== undefined && source === null) {
    const table = tableOfRows(rows, '/rows', limits);
    const test = testRows && tableOfRows(testRows, '/testRows', limits);
    return {
      body: request.body,
      spec,
      assemble: () => assembleDataset(withTestRows(table, test, spec), spec),
    };
  }
  if (source === null || rows !== undefined || testRows !== undefined) {
    const message =
      source === null
        ? 'Send "rows", name a source to be generated, or send a file: multipart/form-data with "spec" and "file".'
        : 'There is a source: leave the rows out.';
    throw new DatasetError([{ pointer: '/source', message }]);
  }
  return { body: request.body, spec, assemble: () => makeSpiralDataset(spec, source) };
}

async function answerProblems<T>(create: () => Promise<T>): Promise<T> {
  try {
    return await create();
  } catch (error) {
    if (error instanceof NameTakenError) {
      throw new ProblemError(
        'name-taken',
        'There is a data set of this name. Choose another, or delete that one.',
      );
    }
    if (!(error instanceof DatasetError)) throw error;
    throw new ProblemError(error.type, error.message, { errors: error.errors, cause: error });
  }
}
