import { z } from 'zod';
import { searchIdSchema } from './identifiers.ts';

/**
 * How far predicted probabilities can be believed, from out-of-fold predictions: Guo et al., On Calibration of Modern
 * Neural Networks (2017), figure 1 and equation 3. Softmax: the confidence of the class that was predicted. Sigmoid
 * outputs: the probability of each output.
 */
export const calibrationSchema = z.object({
  search: searchIdSchema,
  trial: z.int(),
  /** Predictions that were counted: rows times repeats, times outputs where these are sigmoid. */
  predictions: z.int(),
  /** Mean distance of confidence and accuracy, weighted by count; `null` without predictions. */
  expectedCalibrationError: z.number().nullable(),
  /** Of equal width from 0 to 1. `confidence` and `accuracy` are means, `null` in an empty bin. */
  bins: z.array(
    z.object({
      from: z.number(),
      to: z.number(),
      count: z.int(),
      confidence: z.number().nullable(),
      accuracy: z.number().nullable(),
    }),
  ),
});
export type Calibration = z.infer<typeof calibrationSchema>;
