import { z } from 'zod';
import { searchIdSchema } from './identifiers.ts';
import { metricNameSchema } from './metrics.ts';
import { trialStates } from './states.ts';

/** How trials climbed the rungs of successive halving or Hyperband: the validation score that each had at each rung. */
export const rungsSchema = z.object({
  search: searchIdSchema,
  metric: metricNameSchema,
  direction: z.enum(['maximize', 'minimize']),
  /** By epochs: how many trials have a score there, and the best of them. */
  levels: z.array(z.object({ epochs: z.int(), trials: z.int(), best: z.number(), bestTrial: z.int() })),
  /** Trials that have reached a rung; `trials` may hold fewer of them, those that climbed highest. */
  total: z.int().min(0),
  trials: z.array(
    z.object({
      trial: z.int(),
      status: z.enum(trialStates),
      /** Ascending; mean scores over all folds beside them. */
      epochs: z.array(z.int()),
      scores: z.array(z.number()),
    }),
  ),
});
export type Rungs = z.infer<typeof rungsSchema>;
