import { z } from 'zod';
import { searchIdSchema } from './identifiers.ts';
import { modelStates } from './states.ts';

const ends = z.tuple([z.number(), z.number()]);

/** What each fold's model says in every place of the plane, for data with two numeric features. */
export const decisionRegionsSchema = z.object({
  search: searchIdSchema,
  trial: z.int(),
  /** Across, and up. */
  features: z.tuple([z.string(), z.string()]),
  classes: z.array(z.string()),
  /** Of the grid: that of the training rows, a twentieth more on either side. */
  range: z.object({ x: ends, y: ends }),
  /** Cells along each axis; a cell is looked at in its middle. */
  across: z.int(),
  /** Of the first repeat. */
  folds: z.array(
    z.object({
      fold: z.int(),
      /** `absent`: nobody has asked for it yet. */
      status: z.enum(['absent', ...modelStates]),
      /** Why it failed. */
      reason: z.string().nullable(),
      /** The likeliest class of each cell, by its place in `classes`; row by row from the lower left. `null` until it is trained. */
      outputs: z.array(z.int()).nullable(),
      /** And its probability, to two digits. */
      probabilities: z.array(z.number()).nullable(),
    }),
  ),
});
export type DecisionRegions = z.infer<typeof decisionRegionsSchema>;
