import { z } from 'zod';
import { freeParamsSchema, freeSpaceSchema } from './free-space.ts';
import { nameSchema, seedSchema } from './identifiers.ts';
import { directions, metricNameSchema } from './metrics.ts';
import {
  crossValidationSchema,
  drawingStrategies,
  limitsSchema,
  raceSchema,
  tagSchema,
} from './search-spec.ts';
import { mostTags } from './search-tags.ts';

/** The most rows that a trainer may keep to itself: an ask names the rows of its fold one by one. */
const mostRows = 1_000_000;

const externalStrategySchema = z.discriminatedUnion('kind', [
  ...drawingStrategies,
  z.strictObject({ kind: z.literal('list'), trials: z.array(freeParamsSchema).min(1).max(100_000) }),
]);

/** What a trial is measured by: a number that the trainer hands in for each fold. */
const externalObjectiveSchema = z.strictObject({
  metric: metricNameSchema,
  /** That of the metric where Holdfast knows it by its name; else it must be given. */
  direction: z.enum(directions).optional(),
  /**
   * How a fold's score follows from the scores of its rows, where a trainer hands these in too: their mean, or, for a
   * root mean square error, the root of the mean of the squared errors.
   */
  rowScores: z.enum(['mean', 'rootMean']).default('mean'),
});

/** A trainer's rungs and progress: epochs, trees, iterations, a share of the data. Halving and hyperband share it out. */
const resourceSchema = z.strictObject({
  name: z.string().min(1).max(100).default('epochs'),
  /** What a trial gets at most, in whole units. */
  max: z.int().min(1).max(1_000_000),
});

/**
 * A search whose trials somebody else trains, by asking and telling. Rows are numbers from 0 to `rows` − 1: the data stay
 * where they are, or are the training rows of a data set that is stored here.
 */
export const externalSpecSchema = z.strictObject({
  trainer: z.literal('external'),
  name: nameSchema.optional(),
  tags: z.array(tagSchema).max(mostTags).default([]),
  /** How many the trainer has; of a stored data set, its training rows. */
  rows: z.int().min(2).max(mostRows).optional(),
  /** Id or name of a stored data set, in place of `rows`: folds can follow its classes, groups and times. */
  dataset: z.string().min(1).optional(),
  seed: seedSchema.default(0),
  space: freeSpaceSchema.default({}),
  strategy: z.optional(externalStrategySchema),
  race: raceSchema.default({ kind: 'none' }),
  crossValidation: crossValidationSchema.optional(),
  objective: externalObjectiveSchema,
  resource: resourceSchema.nullable().default(null),
  limits: limitsSchema,
  /** Of a stored data set with a time column: rows may be shuffled all the same. */
  allowLeak: z.boolean().default(false),
});
export type ExternalSpec = z.infer<typeof externalSpecSchema>;
export type ExternalSpecInput = z.input<typeof externalSpecSchema>;

/** Every default and derived seed filled in. */
export const resolvedExternalSpecSchema = externalSpecSchema.extend({
  rows: z.int().min(2),
  strategy: externalStrategySchema,
  crossValidation: crossValidationSchema,
  objective: externalObjectiveSchema.extend({ direction: z.enum(directions) }),
});
export type ResolvedExternalSpec = z.infer<typeof resolvedExternalSpecSchema>;
