import { z } from 'zod';
import { searchIdSchema, trialNumberSchema } from './identifiers.ts';
import { metricSchema } from './metrics.ts';
import { searchStates } from './states.ts';

const score = z.number().nullable();
const summary = z.object({ mean: score, standardError: score });

/** "Would more data help?": a trial trained on shares of the training rows. */
export const learningCurveRequestSchema = z.strictObject({
  /** The recommended one unless given. */
  trial: trialNumberSchema.optional(),
  shares: z.array(z.number().positive().max(1)).min(2).max(20).default([0.1, 0.3, 1]),
});
export type LearningCurveRequestInput = z.input<typeof learningCurveRequestSchema>;

export const learningCurveSchema = z.object({
  /** The search that was asked, and which of its trials. */
  search: searchIdSchema,
  trial: z.int(),
  /** The search that trains it: a list of one trial for each share, on the same folds. */
  curve: searchIdSchema,
  status: z.enum(searchStates),
  metric: metricSchema,
  direction: z.enum(['maximize', 'minimize']),
  /** By share, ascending. */
  items: z.array(
    z.object({
      share: z.number(),
      /** Trained on, mean over the folds; `null` until they have run. */
      rows: score,
      /** As everywhere, on all validation rows of each fold. */
      validation: summary,
      training: summary,
    }),
  ),
  /** From the last share but one to the last; `null` until both are known. */
  verdict: z
    .object({
      code: z.enum(['moreDataHelps', 'levelledOff']),
      message: z.string(),
      /** Of the validation score, better is above 0, paired by folds. */
      gain: z.number(),
      standardError: z.number(),
    })
    .nullable(),
});
export type LearningCurve = z.infer<typeof learningCurveSchema>;
