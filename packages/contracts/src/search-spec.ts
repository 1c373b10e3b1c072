import { z } from 'zod';
import { hyperparametersSchema } from './hyperparameters.ts';
import { nameSchema, searchIdSchema, seedSchema } from './identifiers.ts';
import { metricSchema } from './metrics.ts';
import { mostTags } from './search-tags.ts';
import { spaceSchema } from './space.ts';

/** A trial that the user names: only what differs from the defaults. */
export const namedTrialSchema = hyperparametersSchema.partial();
export type NamedTrial = z.infer<typeof namedTrialSchema>;

const trials = z.int().min(1).max(1_000_000);
/** Successive halving's words; `epochs` of the space is the largest resource. */
const rungs = {
  /** As many as leave one trial in the last rung, or as Hyperband's table has, unless given. */
  trials: trials.optional(),
  /** One trial in so many is promoted, with so many times the epochs. */
  reductionFactor: z.int().min(2).max(100).default(3),
  /** Epochs of the first rung, at least. */
  minEpochs: z.int().min(1).max(1_000_000).default(1),
};

/** Those that draw from the space. */
export const drawingStrategies = [
  z.strictObject({ kind: z.literal('grid') }),
  z.strictObject({ kind: z.literal('random'), trials: trials.default(20) }),
  z.strictObject({ kind: z.literal('sobol'), trials: trials.default(20) }),
  z.strictObject({
    kind: z.literal('tpe'),
    trials: trials.default(50),
    /** Proposal n is made from the results of the trials below n − lag: so many more can run side by side. */
    lag: z.int().min(0).max(10_000).default(8),
    /** The first proposals are points of a Sobol sequence. */
    startupTrials: z.int().min(1).max(10_000).default(10),
    /** Earlier searches on the same data whose trials are known from the beginning. */
    warmStart: z.array(searchIdSchema).max(10).default([]),
  }),
  z.strictObject({ kind: z.literal('halving'), ...rungs }),
  z.strictObject({ kind: z.literal('hyperband'), ...rungs }),
] as const;

export const strategySchema = z.discriminatedUnion('kind', [
  ...drawingStrategies,
  z.strictObject({ kind: z.literal('list'), trials: z.array(namedTrialSchema).min(1).max(100_000) }),
]);
export type Strategy = z.infer<typeof strategySchema>;

const folds = z.int().min(2).max(1000).default(5);
const repeats = z.int().min(1).max(1000).default(1);
const seed = seedSchema.optional();
/** Nested: the whole search is made again without each of so many outer folds, which score what it chooses. */
const outer = z.strictObject({ folds: z.int().min(2).max(100).default(5) }).optional();

/** How training rows are divided, once for a search. `plain` is shuffled; `blocked` never is. */
export const crossValidationSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('plain'), folds, repeats, seed, outer }),
  z.strictObject({ kind: z.literal('stratified'), folds, repeats, seed, outer }),
  z.strictObject({ kind: z.literal('grouped'), folds, repeats, seed, outer }),
  z.strictObject({ kind: z.literal('stratifiedGrouped'), folds, repeats, seed, outer }),
  z.strictObject({ kind: z.literal('blocked'), folds, gap: z.int().min(0).default(0), outer }),
  z.strictObject({
    kind: z.literal('holdout'),
    fraction: z.number().gt(0).lt(1).default(0.2),
    repeats,
    seed,
    outer,
  }),
]);
export type CrossValidation = z.infer<typeof crossValidationSchema>;

/** Decided on an inner split of the training folds; the fold that scores is never looked at. */
export const earlyStoppingSchema = z.strictObject({
  patience: z.int().min(1).default(20),
  minDelta: z.number().min(0).default(0),
  monitor: z.enum(['loss', 'score']).default('loss'),
  fraction: z.number().gt(0).lt(1).default(0.1),
});
export type EarlyStopping = z.infer<typeof earlyStoppingSchema>;

export const tagSchema = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, { error: 'must not hold control characters or half a character' });

/** Trials that cannot win any more are stopped after some folds; see docs/strategies.md. */
export const raceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({
    kind: z.literal('forgiving'),
    /** Trial n is measured against the trials below n − lag: so many more can run side by side. */
    lag: z.int().min(0).max(10_000).default(4),
  }),
]);

export const limitsSchema = z
  .strictObject({
    maxTrials: z.int().min(1).nullable().default(null),
    /** From the first fold run on, pauses left out. A search that it cuts is not repeatable. */
    maxSeconds: z.number().positive().max(1e9).nullable().default(null),
    /** Fold runs at a time. */
    concurrency: z.int().min(1).max(100_000).nullable().default(null),
    /** No trial is begun once one has a mean score as good as this; `targetLag` of those after it are. */
    targetScore: z.number().nullable().default(null),
    targetLag: z.int().min(0).max(10_000).default(8),
  })
  .default({ maxTrials: null, maxSeconds: null, concurrency: null, targetScore: null, targetLag: 8 });

/** What a client sends to start a search: `{ "dataset": "iris" }` is enough. */
export const searchSpecSchema = z.strictObject({
  /** Who trains: Holdfast's workers, unless `external`; see `externalSpecSchema`. */
  trainer: z.literal('holdfast').optional(),
  name: nameSchema.optional(),
  tags: z.array(tagSchema).max(mostTags).default([]),
  /** The data set's id or name. */
  dataset: z.string().min(1).max(200),
  seed: seedSchema.default(0),
  space: spaceSchema.optional(),
  strategy: strategySchema.optional(),
  race: raceSchema.default({ kind: 'none' }),
  crossValidation: crossValidationSchema.optional(),
  objective: z.strictObject({ metric: metricSchema }).optional(),
  earlyStopping: earlyStoppingSchema.nullable().default(null),
  refit: z
    .strictObject({
      seeds: z.int().min(1).max(100).default(1),
      keep: z.literal('lowestTrainingLoss').default('lowestTrainingLoss'),
    })
    .default({ seeds: 1, keep: 'lowestTrainingLoss' }),
  limits: limitsSchema,
  allowLeak: z.boolean().default(false),
});
export type SearchSpec = z.infer<typeof searchSpecSchema>;
/** What a client may write: defaults may be left out. */
export type SearchSpecInput = z.input<typeof searchSpecSchema>;

/** Every default and derived seed filled in: what a search is, and all that its scores depend on. */
export const resolvedSearchSpecSchema = searchSpecSchema.extend({
  space: spaceSchema,
  strategy: strategySchema,
  crossValidation: crossValidationSchema,
  objective: z.strictObject({ metric: metricSchema }),
});
export type ResolvedSearchSpec = z.infer<typeof resolvedSearchSpecSchema>;
