import { z } from 'zod';
import { findingSchema } from './diagnosis.ts';
import { searchIdSchema, timeSchema } from './identifiers.ts';
import { namedScoresSchema } from './metrics.ts';
import { foldRunStates, trialStates } from './states.ts';
import { trialParamsSchema } from './trial-params.ts';

const values = z.array(z.number().nullable());

/**
 * With dropout: what the training saw at its end, units switched off. It stands beside the figures in evaluation mode, which are
 * better: a validation loss between the two is what is to be expected.
 */
const maskedFiguresSchema = z.object({
  trainingLoss: z.number().nullable(),
  /** `null` for regression. */
  trainingAccuracy: z.number().nullable(),
  /** Training rows that they are means over: of many, a sample evenly spaced. */
  rows: z.int(),
});
export type MaskedFigures = z.infer<typeof maskedFiguresSchema>;

/** Figures at chosen epochs (1 is the first), in evaluation mode, without penalty; arrays of one length. */
export const curvesSchema = z.object({
  epochs: z.array(z.int()),
  trainingLoss: values,
  validationLoss: values,
  /** `null`s for regression. */
  trainingAccuracy: values,
  validationAccuracy: values,
  learningRate: values,
  masked: maskedFiguresSchema.optional(),
});
export type Curves = z.infer<typeof curvesSchema>;

export const foldRunSchema = z.object({
  repeat: z.int(),
  fold: z.int(),
  state: z.enum(foldRunStates),
  /** How often it was handed to a worker. */
  attempt: z.int(),
  reason: z.string().nullable(),
  seed: z.string(),
  engine: z.string().nullable(),
  engineVersion: z.string().nullable(),
  worker: z.string().nullable(),
  rows: z.object({ training: z.int(), validation: z.int() }).nullable(),
  validation: namedScoresSchema.nullable(),
  training: namedScoresSchema.nullable(),
  /** Rows: truth; columns: what was predicted. Classification alone. */
  confusion: z.array(z.array(z.int())).nullable(),
  epochs: z.int().nullable(),
  curves: curvesSchema.nullable(),
  seconds: z.number().nullable(),
  startedAt: timeSchema.nullable(),
  finishedAt: timeSchema.nullable(),
});
export type FoldRun = z.infer<typeof foldRunSchema>;

export const trialSchema = z.object({
  search: searchIdSchema,
  trial: z.int(),
  status: z.enum(trialStates),
  reason: z.string().nullable(),
  /** What was said of a trial that somebody added to a running search. */
  note: z.string().nullable(),
  params: trialParamsSchema,
  /** Of a network; `null` in an external search. */
  weightCount: z.int().nullable(),
  /** What its figures say of it, from the folds that are there; empty where nothing stands out. */
  diagnosis: z.array(findingSchema),
  folds: z.array(foldRunSchema),
});
export type Trial = z.infer<typeof trialSchema>;

/** Out-of-fold predictions: for each repeat and row that some fold validated. */
export const outOfFoldSchema = z.object({
  search: searchIdSchema,
  trial: z.int(),
  /** The names of `values`: classes, target columns, or the target. */
  outputs: z.array(z.string()),
  items: z.array(
    z.object({
      repeat: z.int(),
      fold: z.int(),
      /** Index among the training rows, from 0. */
      row: z.int(),
      truth: z.union([z.string(), z.number(), z.array(z.number())]),
      /** Probabilities, or the predicted value. */
      values,
    }),
  ),
  nextCursor: z.string().nullable(),
});
export type OutOfFold = z.infer<typeof outOfFoldSchema>;
