import { z } from 'zod';
import { searchIdSchema } from './identifiers.ts';

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const label = z.union([z.string(), z.number(), z.array(z.number())]);

/** Training rows that the models of all good trials got wrong that had not seen them: often mislabelled. */
export const hardestRowsSchema = z.object({
  search: searchIdSchema,
  /** The good ones: within one standard error of the best, at most so many as are named here. */
  trials: z.array(z.int()),
  /** Training rows that were predicted, and those of them that are in the list. */
  rows: z.object({ predicted: z.int(), hardest: z.int() }),
  /** Where the models are surest first. */
  items: z.array(
    z.object({
      /** Index among the training rows, from 0. */
      row: z.int(),
      truth: label,
      /** What the models say: the class of the highest mean probability, or the mean prediction. */
      likely: label,
      /** Mean probability of what is likely, and of the truth; `null` for regression. */
      probability: z.number().nullable(),
      truthProbability: z.number().nullable(),
      /** How far off the predictions are at least, in standard deviations of their trial's errors; `null` for classes. */
      deviations: z.number().nullable(),
      /** How many models predicted it: trials × repeats. */
      models: z.int(),
      /** The row as it came in, by feature. */
      features: z.record(z.string(), value),
    }),
  ),
  nextCursor: z.string().nullable(),
});
export type HardestRows = z.infer<typeof hardestRowsSchema>;
