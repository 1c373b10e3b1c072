import { z } from 'zod';
import { warningSchema } from './dataset.ts';
import { findingSchema } from './diagnosis.ts';
import { datasetIdSchema, searchIdSchema, timeSchema } from './identifiers.ts';
import { resolvedSearchSpecSchema } from './search-spec.ts';
import { searchStates, type trialStates } from './states.ts';

const count = z.int().min(0);

export const progressSchema = z.object({
  trials: z.object({
    total: count,
    waiting: count,
    running: count,
    completed: count,
    pruned: count,
    failed: count,
    cancelled: count,
  } satisfies Record<(typeof trialStates)[number] | 'total', typeof count>),
  folds: z.object({ total: count, completed: count }),
  /** `null` until there is something to reckon from, and once the search is over. */
  etaSeconds: z.number().nullable(),
});
export type Progress = z.infer<typeof progressSchema>;

/** A search as it is answered. */
export const searchSchema = z.object({
  id: searchIdSchema,
  name: z.string(),
  tags: z.array(z.string()),
  dataset: datasetIdSchema,
  status: z.enum(searchStates),
  reason: z.string().nullable(),
  /** `false` once results depend on when something happened: a cancel, say. */
  repeatable: z.boolean(),
  /** `true` for a search made after the test rows of its data had been revealed. */
  testSeen: z.boolean(),
  progress: progressSchema,
  best: z.object({ trial: z.int(), score: z.number() }).nullable(),
  /** What its trials say together, once it is over; empty where nothing stands out. */
  diagnosis: z.array(findingSchema),
  spec: resolvedSearchSpecSchema,
  numericsVersion: z.int(),
  parent: searchIdSchema.nullable(),
  /** Of nested cross-validation: part of that search. `outerFold`: which fold it never sees; `null`: the one that scores. */
  nestedIn: z.object({ search: searchIdSchema, outerFold: z.int().nullable() }).nullable(),
  createdAt: timeSchema,
  startedAt: timeSchema.nullable(),
  finishedAt: timeSchema.nullable(),
});
export type Search = z.infer<typeof searchSchema>;

/** The answer to a dry run. */
export const searchPlanSchema = z.object({
  trials: count,
  /** Fold runs of the search itself. */
  folds: count,
  /** Of nested cross-validation, beside those: fold runs of all inner searches, and one for each outer fold. */
  nested: z.object({ outerFolds: count, folds: count }).nullable(),
  largestWeightCount: count,
  /** Of all together. */
  estimatedSeconds: z.number(),
  warnings: z.array(warningSchema),
  spec: resolvedSearchSpecSchema,
});
export type SearchPlan = z.infer<typeof searchPlanSchema>;
