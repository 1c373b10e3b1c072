import { z } from 'zod';
import { warningSchema } from './dataset.ts';
import { modelIdSchema } from './identifiers.ts';

export const mostPredictedRows = 10_000;

const cell = z.union([z.number(), z.string(), z.boolean(), z.null()]);

/**
 * Rows by column name: every feature of the model, and nothing else. A number is a number, a category a text, a boolean true
 * or false, a date an ISO text, a missing value null.
 */
export const predictionRequestSchema = z.strictObject({
  rows: z.array(z.record(z.string(), cell)).min(1).max(mostPredictedRows),
});

const byName = <T extends z.ZodType>(value: T) => z.record(z.string(), value);

export const predictionSchema = z.union([
  /** Classification. */
  z.object({ label: z.string(), probabilities: byName(z.number()) }),
  /** Binary outputs: by target column. */
  z.object({ label: byName(z.int()), probabilities: byName(z.number()) }),
  /** Regression; of several targets one for each. */
  z.object({ value: z.union([z.number(), byName(z.number())]) }),
]);
export type Prediction = z.infer<typeof predictionSchema>;

export const predictionsSchema = z.object({
  model: modelIdSchema,
  /** In the order of the rows. */
  items: z.array(predictionSchema),
  /** What was taken with a grain of salt: categories that no training row has. */
  warnings: z.array(warningSchema),
});
export type Predictions = z.infer<typeof predictionsSchema>;
