import { z } from 'zod';
import { datasetIdSchema } from './identifiers.ts';

/** Counts of values in bins of equal width between the smallest and the largest. */
const histogramSchema = z.object({
  min: z.number(),
  max: z.number(),
  mean: z.number(),
  /** With n − 1; `null` for a single row. */
  std: z.number().nullable(),
  /** Different values, counted up to 1000. */
  distinct: z.int(),
  /** For each class (one only where there are none): rows in each bin. */
  counts: z.array(z.array(z.int())),
});

export type Histogram = z.infer<typeof histogramSchema>;

/** How values are distributed, of training rows alone. */
export const datasetSummarySchema = z.object({
  dataset: datasetIdSchema,
  rows: z.int(),
  /** What `counts` are told apart by; empty for regression, several outputs, and more than 100 classes. */
  classes: z.array(z.string()),
  features: z.array(histogramSchema.extend({ name: z.string() })),
  /** Features in all; `features` begins at `offset`. */
  total: z.int(),
  offset: z.int(),
  /** Of the target, for regression. */
  targets: z.array(histogramSchema.extend({ name: z.string() })),
});
export type DatasetSummary = z.infer<typeof datasetSummarySchema>;
