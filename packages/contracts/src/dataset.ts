import { z } from 'zod';
import { datasetIdSchema, digestSchema, nameSchema, seedSchema, timeSchema } from './identifiers.ts';
import { tasks } from './metrics.ts';

const fraction = z.number().gt(0).lt(1);
const column = z.string().min(1);

/** How the test rows are chosen that are locked away when the data set is created. */
export const testSplitSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('random'),
    fraction: fraction.default(0.2),
    stratify: z.boolean().default(true),
    seed: seedSchema.default(0),
  }),
  z.strictObject({
    kind: z.literal('grouped'),
    fraction: fraction.default(0.2),
    seed: seedSchema.default(0),
  }),
  z.strictObject({ kind: z.literal('latest'), fraction: fraction.default(0.2) }),
  z.strictObject({
    kind: z.literal('blocks'),
    /** Blocks of rows in the order of time; as many of them as make the fraction are drawn. */
    count: z.int().min(2).max(10_000).default(5),
    fraction: fraction.default(0.2),
    /** Rows on either side of a test block that go to neither side. */
    gap: z.int().min(0).default(0),
    seed: seedSchema.default(0),
  }),
  z.strictObject({ kind: z.literal('rows'), from: z.int().min(1) }),
  /** A file of their own, with the same columns: the part `test`. */
  z.strictObject({ kind: z.literal('file') }),
  z.strictObject({ kind: z.literal('none') }),
]);
export type TestSplit = z.infer<typeof testSplitSchema>;

/**
 * How locked rows answer. `reveal`: few questions, each with all there is to say. `ladder`: many submissions, each answered
 * with the best accuracy so far, which changes only by a step beyond chance (Blum & Hardt 2015).
 */
export const testProtocolSchema = z.enum(['reveal', 'ladder']);
export type TestProtocol = z.infer<typeof testProtocolSchema>;

/** How many trials may be tested where the spec does not say. */
export const defaultRevealBudget = { reveal: 1, ladder: 1000 } as const satisfies Record<
  TestProtocol,
  number
>;

/** Made data: `samplesPerClass` points on each arm; see the numerics for the formula. */
export const spiralSourceSchema = z.strictObject({
  kind: z.literal('spiral'),
  samplesPerClass: z.int().min(2).max(1_000_000).default(1000),
  classes: z.int().min(2).max(100).default(3),
  noise: z.number().min(0).max(1000).default(0.2),
  seed: seedSchema.default(0),
});
export type SpiralSource = z.infer<typeof spiralSourceSchema>;

export const columnKinds = ['number', 'category', 'boolean', 'date'] as const;
export type ColumnKind = (typeof columnKinds)[number];

/** What a missing value becomes: the training rows' median, their most frequent value, or a category of its own. */
export const missingStrategies = ['median', 'mostFrequent', 'ownCategory'] as const;
export type MissingStrategy = (typeof missingStrategies)[number];

/** What a feature column holds, where it is not what the file makes one guess. */
const columnSpecSchema = z.union(
  [
    z.enum(columnKinds),
    z.strictObject({
      kind: z.enum(columnKinds).optional(),
      missing: z.enum(missingStrategies).optional(),
    }),
  ],
  {
    error:
      'must be "number", "category", "boolean", "date", or { "kind", "missing": "median" | "mostFrequent" | "ownCategory" }',
  },
);

/** A string is a text, whatever it looks like: numbers are sent as numbers. */
const rowSchema = z.record(column, z.union([z.number(), z.string(), z.boolean(), z.null()]));

/** What a client sends to create a data set. */
export const datasetSpecSchema = z.strictObject({
  name: nameSchema,
  target: z.union([column, z.array(column).min(1)]).optional(),
  task: z.enum(tasks).default('classification'),
  drop: z.array(column).default([]),
  /** What becomes of rows whose target is missing: an error, or they are left out and counted in `leaks.warnings`. */
  rowsWithoutTarget: z.enum(['refuse', 'leaveOut']).default('refuse'),
  /** Kinds of feature columns, guessed from the file for those that are not named. */
  columns: z.record(column, columnSpecSchema).default({}),
  group: column.nullable().default(null),
  time: column.nullable().default(null),
  test: testSplitSchema.default({ kind: 'random', fraction: 0.2, stratify: true, seed: 0 }),
  protocol: testProtocolSchema.default('reveal'),
  /** How many trials may ever be tested on the locked rows: 1 unless given, 1000 on a ladder. */
  revealBudget: z.int().min(0).optional(),
  allowLeak: z.boolean().default(false),
  source: spiralSourceSchema.nullable().default(null),
  /** In the place of a file: rows by column name. A missing value is null or left out. */
  rows: z.array(rowSchema).min(1).optional(),
  /** Test rows of their own, with `"test": { "kind": "file" }`. */
  testRows: z.array(rowSchema).min(1).optional(),
});
export type DatasetSpec = z.infer<typeof datasetSpecSchema>;

export const warningSchema = z.object({ code: z.string(), message: z.string() });
export type Warning = z.infer<typeof warningSchema>;

/** A column that is trained on. */
export const featureSchema = z.object({
  name: z.string(),
  kind: z.enum(columnKinds),
  /** Values of a category among the training rows, by code point: an input of 0 and 1 for each. */
  categories: z.array(z.string()).optional(),
  /** Where training rows miss it: how many do, and what becomes of them; fitted in each fold on its training rows. */
  missing: z.object({ rows: z.int(), filledWith: z.enum(missingStrategies) }).optional(),
});
export type Feature = z.infer<typeof featureSchema>;

export const leakReportSchema = z.object({
  /** Test rows that stand among the training rows too, target included. */
  duplicatesAcrossSplit: z.int(),
  /** Share of test rows nearer to a training row than 1 % of the median distance; `null` where it was not worked out. */
  nearDuplicates: z.number().nullable(),
  warnings: z.array(warningSchema),
});
export type LeakReport = z.infer<typeof leakReportSchema>;

/** What a data set is told as. Nothing here depends on the values of the test rows but the leak report's counts. */
export const datasetSchema = z.object({
  id: datasetIdSchema,
  name: z.string(),
  /** Of the training rows, the target, the feature names and the task. */
  digest: digestSchema,
  task: z.enum(tasks),
  target: z.array(z.string()),
  features: z.array(featureSchema),
  /** By code point; empty for regression. For binary outputs, the target columns. */
  classes: z.array(z.string()),
  rows: z.object({ train: z.int(), test: z.int() }),
  /** Training rows of each class. */
  rowsPerClass: z.record(z.string(), z.int()),
  group: z.string().nullable(),
  time: z.string().nullable(),
  test: z.object({
    locked: z.boolean(),
    kind: z.string(),
    /** SHA-256 over a secret salt and the sealed rows; `null` where there are no test rows. */
    commitment: digestSchema.nullable(),
    protocol: testProtocolSchema,
    revealBudget: z.int(),
    revealsUsed: z.int(),
  }),
  leaks: leakReportSchema,
  createdAt: timeSchema,
});
export type Dataset = z.infer<typeof datasetSchema>;

export const datasetPreviewSchema = z.object({
  columns: z.array(z.string()),
  rows: z.array(z.array(z.union([z.number(), z.string(), z.null()]))),
});
export type DatasetPreview = z.infer<typeof datasetPreviewSchema>;
