import { z } from 'zod';
import { searchIdSchema } from './identifiers.ts';

/** What the figures of a trial or of a search say of it, and what to try. */
export const findingSchema = z.object({
  /** `linearIsEnough` is said of a search alone. */
  code: z.enum([
    'suspiciouslyGood',
    'diverged',
    'notLearning',
    'capacityLow',
    'overfitting',
    'stillImproving',
    'linearIsEnough',
  ]),
  message: z.string(),
  /** The figures that it was found from, of a trial means over the folds; `trial`: of which, where a search is meant. */
  evidence: z.record(z.string(), z.number().nullable()),
  /** `space` can be posted: this trial, with other values where that may help. */
  suggestion: z.object({ message: z.string(), space: z.record(z.string(), z.unknown()) }),
});
export type Finding = z.infer<typeof findingSchema>;

export const diagnosesSchema = z.object({
  search: searchIdSchema,
  /** By number. */
  items: z.array(z.object({ trial: z.int(), diagnosis: z.array(findingSchema) })),
});
export type Diagnoses = z.infer<typeof diagnosesSchema>;
