import { z } from 'zod';
import { searchIdSchema } from './identifiers.ts';
import { metricNameSchema } from './metrics.ts';

const share = z.object({
  /** Of the variance of the score over the space, the share that it explains: from 0 to 1, mean over the trees. */
  importance: z.number(),
  /** Standard deviation over the trees. */
  std: z.number(),
});

/** How much of the score's variance over the space each hyperparameter explains, alone and by twos. */
export const importanceSchema = z.object({
  search: searchIdSchema,
  metric: metricNameSchema,
  method: z.literal('fanova'),
  /** Trials that it was worked out from, and completed ones left out: without a score, or outside the space. */
  trials: z.int(),
  leftOut: z.int(),
  trees: z.int(),
  /**
   * How well the trees tell the scores of trials that they have not seen: 1 is all of the variance (R² out of bag), 0 no
   * better than the mean. What does not fit explains nothing.
   */
  fit: z.number().nullable(),
  /** The largest first. Names as in a space: `units` and `layers` where it has these. */
  items: z.array(z.object({ hyperparameter: z.string(), ...share.shape })),
  /** What two explain together beyond what each explains alone. */
  pairs: z.array(z.object({ hyperparameters: z.tuple([z.string(), z.string()]), ...share.shape })),
  /** Why there is nothing. */
  reason: z.string().nullable(),
});
export type Importance = z.infer<typeof importanceSchema>;
