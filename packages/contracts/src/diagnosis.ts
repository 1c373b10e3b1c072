import { z } from 'zod';
import { searchIdSchema } from './identifiers.ts';

/** What the figures of a trial say of it, and what to try. */
export const findingSchema = z.object({
  code: z.enum(['diverged', 'notLearning', 'capacityLow', 'overfitting', 'stillImproving']),
  message: z.string(),
  /** The figures that it was found from, means over the folds. */
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
