import swagger from '@fastify/swagger';
import { boardWindowSchema } from '@holdfast/contracts/board-window';
import { datasetPreviewSchema, datasetSchema, datasetSpecSchema } from '@holdfast/contracts/dataset';
import { externalSpecSchema, resolvedExternalSpecSchema } from '@holdfast/contracts/external-spec';
import {
  askSchema,
  failedSchema,
  leaseSchema,
  renewalSchema,
  scoredSchema,
  stopAnswerSchema,
  tellAnswerSchema,
  trainAnswerSchema,
  waitAnswerSchema,
} from '@holdfast/contracts/external-trainer';
import { leaderboardItemSchema, leaderboardSchema } from '@holdfast/contracts/leaderboard';
import { modelSchema } from '@holdfast/contracts/model';
import { modelArtifactSchema } from '@holdfast/contracts/model-artifact';
import { nestedSchema } from '@holdfast/contracts/nested';
import { problemSchema, problemTypes } from '@holdfast/contracts/problem';
import { searchPlanSchema, searchSchema } from '@holdfast/contracts/search';
import { resolvedSearchSpecSchema, searchSpecSchema } from '@holdfast/contracts/search-spec';
import { foldRunSchema, trialSchema } from '@holdfast/contracts/trial';
import { holdfastVersion } from '@holdfast/contracts/versions';
import { workerSchema } from '@holdfast/contracts/worker';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { App } from '../app-instance.ts';

const components = {
  Ask: askSchema,
  BoardWindow: boardWindowSchema,
  Dataset: datasetSchema,
  DatasetPreview: datasetPreviewSchema,
  DatasetSpec: datasetSpecSchema,
  ExternalSpec: externalSpecSchema,
  FailedResult: failedSchema,
  FoldRun: foldRunSchema,
  Leaderboard: leaderboardSchema,
  LeaderboardItem: leaderboardItemSchema,
  Lease: leaseSchema,
  LeaseRenewal: renewalSchema,
  Model: modelSchema,
  ModelArtifact: modelArtifactSchema,
  Nested: nestedSchema,
  Problem: problemSchema,
  ResolvedExternalSpec: resolvedExternalSpecSchema,
  ResolvedSearchSpec: resolvedSearchSpecSchema,
  ScoredResult: scoredSchema,
  Search: searchSchema,
  SearchPlan: searchPlanSchema,
  SearchSpec: searchSpecSchema,
  StopAnswer: stopAnswerSchema,
  TellAnswer: tellAnswerSchema,
  TrainAnswer: trainAnswerSchema,
  Trial: trialSchema,
  WaitAnswer: waitAnswerSchema,
  Worker: workerSchema,
} as const;

const tags = [
  { name: 'Data sets', description: 'Upload or make data; test rows are locked away at once.' },
  { name: 'Searches', description: 'Hyperparameter searches with cross-validation.' },
  { name: 'Leaderboard', description: 'Trials ranked by their validation scores.' },
  { name: 'Plots', description: 'Sampled or binned views of a search, as large as a picture can show.' },
  { name: 'Trials', description: 'One set of hyperparameters over all folds.' },
  {
    name: 'External trainers',
    description: 'Ask and tell: searches whose trials are trained by a program of your own.',
  },
  { name: 'Models', description: 'A trial trained on all training rows: to download, and to predict with.' },
  {
    name: 'Locked test set',
    description: 'Test rows that no search sees: reveals within a budget, on a signed ledger.',
  },
  { name: 'Service', description: 'Workers, health and metrics.' },
];

/** The document at `/openapi.json`, made of the routes' own schemas. Register before any route. */
export async function describeApi(app: App, { needsKey }: { needsKey: boolean }): Promise<void> {
  const schemaRegistry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(components)) schemaRegistry.add(schema, { id });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Holdfast',
        description: 'Hyperparameter search and cross-validation over HTTP.',
        version: holdfastVersion,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/' }],
      tags,
      ...(needsKey && {
        components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
        security: [{ key: [] }],
      }),
    },
    transform: createJsonSchemaTransform({ schemaRegistry }),
    transformObject: (document) =>
      withoutUnused(
        forGenerators(withoutRecursion(createJsonSchemaTransformObject({ schemaRegistry })(document))),
      ),
  });
  app.get(
    '/openapi.json',
    {
      schema: {
        tags: ['Service'],
        summary: 'This document',
        operationId: 'getOpenApi',
        security: [],
        response: { 200: z.looseObject({ openapi: z.string() }) },
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'no-cache').type('application/json; charset=utf-8');
      return reply.send(JSON.stringify(app.swagger()) as never);
    },
  );
}

/**
 * Zod writes "any JSON value" as a schema that refers to itself, from a place that the document does not have. The
 * empty schema says the same.
 */
function withoutRecursion<Document>(document: Document): Document {
  return JSON.parse(JSON.stringify(document), (key, value) => {
    if (key === '__shared') return undefined;
    return typeof value?.$ref === 'string' && value.$ref.includes('__shared') ? {} : value;
  });
}

/**
 * As generators of clients read it. A pair of numbers is a list of exactly two, which says the same as two places and nothing
 * beyond (`items: false`). A default that is an object is told in words. A fixed text that is one way among others is a list of one.
 */
function forGenerators<Document>(document: Document): Document {
  return JSON.parse(JSON.stringify(document), (_key, value) => {
    if (isObject(value?.default) && (value.type === 'object' || value.oneOf || value.anyOf)) {
      const { default: usual, description = '', ...others } = value;
      return { ...others, description: `${description} Unless given: ${JSON.stringify(usual)}`.trim() };
    }
    if (Array.isArray(value?.anyOf)) {
      const anyOf = value.anyOf.map(({ const: only, ...way }: { const?: unknown }) =>
        typeof only === 'string'
          ? { ...way, enum: [only] }
          : { ...way, ...(only !== undefined && { const: only }) },
      );
      return { ...value, anyOf };
    }
    if (value?.items !== false || !Array.isArray(value.prefixItems)) return value;
    const { prefixItems, items: _, ...others } = value;
    const kinds = new Map(prefixItems.map((item: unknown) => [JSON.stringify(item), item]));
    const count = prefixItems.length;
    const items = kinds.size === 1 ? prefixItems[0] : { anyOf: [...kinds.values()] };
    return { ...others, items, minItems: count, maxItems: count };
  });
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Each component comes as it is sent and as it is answered; generated clients would have classes for what no route takes. */
function withoutUnused<Document extends object>(document: Document): Document {
  const { components = {}, ...rest } = document as { components?: { schemas?: Record<string, unknown> } };
  const { schemas = {}, ...others } = components;
  const used = new Set<string>();
  const visit = (part: unknown) => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (used.has(name)) continue;
      used.add(name);
      visit(schemas[name] ?? null);
    }
  };
  visit(rest);
  const kept = Object.entries(schemas).filter(([name]) => used.has(name));
  return { ...document, components: { ...others, schemas: Object.fromEntries(kept) } };
}

type ProblemStatus = (typeof problemTypes)[keyof typeof problemTypes]['status'];

/** What any route may answer besides its own. */
const everywhere = [401, 403, 429, 500, 503] as const;

/** Response schemas of the problems that a route may answer with, each with its types. */
export function problemAnswers<const Status extends ProblemStatus>(...statuses: Status[]) {
  return Object.fromEntries(
    [...statuses, ...everywhere].map((status) => {
      const titles = Object.values(problemTypes).flatMap((type) =>
        type.status === status ? [type.title] : [],
      );
      return [
        status,
        {
          description: titles.join('; '),
          content: { 'application/problem+json': { schema: problemSchema } },
        },
      ];
    }),
  ) as Record<
    Status | (typeof everywhere)[number],
    { description: string; content: { 'application/problem+json': { schema: typeof problemSchema } } }
  >;
}
