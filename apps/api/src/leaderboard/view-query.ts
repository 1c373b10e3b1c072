import { metricNameSchema } from '@holdfast/contracts/metrics';
import { z } from 'zod';

const condition = z.string().min(1).max(2000);

/** Which items of a board are wanted, in which order. */
export const viewQuerySchema = z.strictObject({
  metric: metricNameSchema.optional().describe('Ranks by another metric than the objective.'),
  sort: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe('A column or hyperparameter; with - in front, descending.'),
  where: z
    .union([condition, z.array(condition).max(50)])
    .optional()
    .describe(
      'name:value, optimizer:adam say; learningRate:0.01..0.1 for a range with both ends; hiddenLayers:[32]|[64] for one of several. May be given more than once: all must hold.',
    ),
});
