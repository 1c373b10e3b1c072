import { z } from 'zod';
import { columnKinds, missingStrategies } from './dataset.ts';
import { searchIdSchema } from './identifiers.ts';

/** What missing values become in each fold. It depends on the rows alone, so it is the same in all trials. */
export const preprocessingSchema = z.object({
  search: searchIdSchema,
  /** Inputs of the networks: numbers, and one of 0 and 1 for each category and for what tells of missing values. */
  inputs: z.int(),
  items: z.array(
    z.object({
      repeat: z.int(),
      fold: z.int(),
      /** The columns that have missing values among the training rows of the data set. */
      columns: z.array(
        z.object({
          name: z.string(),
          kind: z.enum(columnKinds),
          filledWith: z.enum(missingStrategies),
          /** As it would be written in a file; `null` for a category of its own. */
          value: z.union([z.number(), z.string()]).nullable(),
          /** Rows of the fold that miss it. */
          rows: z.object({ training: z.int(), validation: z.int() }),
        }),
      ),
    }),
  ),
});
export type Preprocessing = z.infer<typeof preprocessingSchema>;
