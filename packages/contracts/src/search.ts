import { z } from 'zod';
import { anyResolvedSpecSchema } from './any-spec.ts';
import { warningSchema } from './dataset.ts';
import { findingSchema } from './diagnosis.ts';
import { datasetIdSchema, searchIdSchema, timeSchema } from './identifiers.ts';
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
  /** Who trains its trials: Holdfast’s workers, or whoever asks for them. */
  trainer: z.enum(['holdfast', 'external']),
  /** `null`: the data are with the trainer of the search. */
  dataset: datasetIdSchema.nullable(),
  status: z.enum(searchStates),
  /** Why it failed or was cut short; of one that starts again after an upgrade, the id of the new one. */
  reason: z.string().nullable(),
  /** `false` once results depend on when something happened: a cancel, say. */
  repeatable: z.boolean(),
  /** `true` for a search made after the test rows of its data had been revealed. */
  testSeen: z.boolean(),
  progress: progressSchema,
  best: z.object({ trial: z.int(), score: z.number() }).nullable(),
  /** What its trials say together, once it is over; empty where nothing stands out. */
  diagnosis: z.array(findingSchema),
  spec: anyResolvedSpecSchema,
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
  /** Of networks; `null` for an external search. */
  largestWeightCount: count.nullable(),
  /** Of all together; `null` for an external search. */
  estimatedSeconds: z.number().nullable(),
  warnings: z.array(warningSchema),
  spec: anyResolvedSpecSchema,
});
export type SearchPlan = z.infer<typeof searchPlanSchema>;
