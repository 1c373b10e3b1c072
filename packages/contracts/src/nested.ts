import { z } from 'zod';
import { hyperparametersSchema } from './hyperparameters.ts';
import { digestSchema, searchIdSchema, timeSchema } from './identifiers.ts';
import { metricSchema } from './metrics.ts';
import { searchStates } from './states.ts';

const score = z.number().nullable();

const outerFoldSchema = z.object({
  fold: z.int(),
  /** Outside and inside of the outer fold. */
  rows: z.object({ training: z.int(), validation: z.int() }),
  /** The inner search: made from the training rows of this outer fold alone. */
  innerSearch: z.object({
    id: searchIdSchema,
    status: z.enum(searchStates),
    folds: z.object({ total: z.int(), completed: z.int() }),
  }),
  /** Rank 1 of the inner search; `null` until that is completed, or where none has a score. */
  chosen: z
    .object({
      trial: z.int(),
      params: hyperparametersSchema,
      /** Its mean validation score there: what the inner search promised. */
      innerScore: z.number(),
    })
    .nullable(),
  /** Of that trial trained on the training rows, on the rows of the outer fold; `null` until it is known. */
  outerScore: score,
  /** Why there is no outer score. */
  reason: z.string().nullable(),
});

/** What the whole search procedure scores on rows that it never saw. */
export const nestedSchema = z.object({
  search: searchIdSchema,
  /** Of the nested part, which goes on after the search itself. */
  status: z.enum(searchStates),
  reason: z.string().nullable(),
  metric: metricSchema,
  direction: z.enum(['maximize', 'minimize']),
  folds: z.array(outerFoldSchema),
  /** Over the outer folds; `null` as long as one is missing. `std` with n − 1; `standardError` = std / √n. */
  score: z.object({ mean: score, std: score, standardError: score }),
  /** Mean of the inner scores, and how much better than the outer ones they are: the luck of having been chosen. */
  inner: z.object({ mean: score, optimism: score }),
  /** Holds the outer fold runs: `…/trials/{fold}` has curves and all scores of each. */
  evaluation: searchIdSchema,
  /** SHA-256 of all but ids and `updatedAt`. */
  digest: digestSchema,
  updatedAt: timeSchema,
});
export type Nested = z.infer<typeof nestedSchema>;
