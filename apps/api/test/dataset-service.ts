import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import multipart from '@fastify/multipart';
import { type Dataset, datasetSchema } from '@holdfast/contracts/dataset';
import { type Problem, problemSchema } from '@holdfast/contracts/problem';
import { publishEvaluatorKey } from '@holdfast/db/evaluator-keys';
import { migrate } from '@holdfast/db/migrate';
import { type Database, openDatabase } from '@holdfast/db/open-database';
import { createDatabase, dropDatabase } from '@holdfast/embedded-postgres/temporary-postgres';
import Fastify from 'fastify';
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import sodium from 'libsodium-wrappers';
import { afterAll, beforeAll, expect } from 'vitest';
import type { App } from '../src/app-instance.ts';
import { datasetsRoutes } from '../src/datasets/datasets.routes.ts';
import { defaultTableLimits } from '../src/datasets/table-builder.ts';
import { answerProblems } from '../src/plugins/problem-json.ts';

export interface Sent {
  spec?: unknown;
  file?: string | Uint8Array | undefined;
  fileFirst?: boolean;
  headers?: Record<string, string>;
}

/** The routes of data sets alone; bodies of 1 MiB and files of 4 MiB. */
export interface DatasetService {
  database: Database;
  address: string;
  keys: { publicKey: Uint8Array; privateKey: Uint8Array };
  post: (body: unknown, headers?: Record<string, string>) => Promise<Response>;
  get: (path: string) => Promise<Response>;
  remove: (path: string) => Promise<Response>;
  upload: (sent: Sent) => Promise<Response>;
  /** As the evaluator does: without it test rows cannot be locked away. */
  publishKey: () => Promise<void>;
}

/** Starts it before all tests of a file, on a server and a database of its own, and stops it after them. */
export function serveDatasets(): DatasetService {
  const server = process.env.HOLDFAST_TEST_POSTGRES_URL!;
  const name = `datasets_${randomUUID().replaceAll('-', '')}`;
  let app: App | undefined;
  const service = {
    post: (body, headers = {}) =>
      fetch(`${service.address}/v1/datasets`, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...headers },
      }),
    get: (path) => fetch(`${service.address}/v1/datasets${path}`),
    remove: (path) => fetch(`${service.address}/v1/datasets/${path}`, { method: 'DELETE' }),
    upload: ({ spec, file, fileFirst = false, headers = {} }) => {
      const form = new FormData();
      const parts = [
        () => spec !== undefined && form.append('spec', JSON.stringify(spec)),
        () => file !== undefined && form.append('file', new Blob([file as BlobPart]), 'data.csv'),
      ];
      for (const append of fileFirst ? parts.reverse() : parts) append();
      return fetch(`${service.address}/v1/datasets`, { method: 'POST', body: form, headers });
    },
    publishKey: () =>
      publishEvaluatorKey(service.database, Buffer.from(service.keys.publicKey).toString('base64')),
  } as DatasetService;

  beforeAll(async () => {
    const url = await createDatabase(server, name);
    await migrate(url);
    service.database = openDatabase({ url, name: 'test' });
    app = Fastify({ bodyLimit: 1 << 20 }).withTypeProvider<ZodTypeProvider>() as unknown as App;
    app.setSerializerCompiler(serializerCompiler);
    answerProblems(app);
    await app.register(async (scope) => {
      await scope.register(multipart);
      await scope.register(datasetsRoutes, {
        database: service.database,
        limits: { ...defaultTableLimits, encodedBytes: 4 << 20 },
      });
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    service.address = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
    await sodium.ready;
    service.keys = sodium.crypto_box_keypair();
  });

  afterAll(async () => {
    await app?.close();
    await service.database?.close();
    await dropDatabase(server, name);
  });
  return service;
}

/** The data set of an answer that must be one. */
export async function created(answer: Promise<Response>): Promise<Dataset> {
  const response = await answer;
  const body = await response.json();
  expect(body).toMatchObject({ id: expect.any(String) });
  expect(response.status).toBe(201);
  expect(response.headers.get('location')).toBe(`/v1/datasets/${body.id}`);
  return datasetSchema.strict().parse(body);
}

/** The problem of an answer that must be one. */
export async function problem(
  answer: Promise<Response>,
  status: number,
  type: string,
): Promise<Problem & { headers: Headers }> {
  const response = await answer;
  const body = problemSchema.parse(await response.json());
  expect(body).toMatchObject({ status, type: `/docs/errors#${type}` });
  expect(response.status).toBe(status);
  return { ...body, headers: response.headers };
}
