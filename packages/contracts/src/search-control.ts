import { z } from 'zod';
import { freeParamsSchema } from './free-space.ts';
import { hyperparametersSchema } from './hyperparameters.ts';

/** More trials for a search. */
export const extensionSchema = z.strictObject({ trials: z.int().min(1).max(1_000_000) });

/** A trial of one's own: only what differs from what the search's space fixes, or from the defaults. */
export const ownTrialSchema = z.strictObject({
  params: z.union([hyperparametersSchema.partial(), freeParamsSchema]),
  note: z
    .string()
    .max(1000)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, { error: 'must not hold control characters or half a character' })
    .nullable()
    .default(null),
});
export type OwnTrial = z.infer<typeof ownTrialSchema>;
export type OwnTrialInput = z.input<typeof ownTrialSchema>;

/** A new search around the best trials of one. */
export const refinementSchema = z.strictObject({
  /** So many of the best trials. */
  top: z.int().min(1).max(100).default(3),
  /** Each range becomes so much narrower, on its scale. */
  factor: z.number().gt(0).max(1).default(0.5),
  /** Of each range, for the grid. */
  points: z.int().min(2).max(1000).default(3),
  name: z.string().min(1).max(200).optional(),
});
export type Refinement = z.infer<typeof refinementSchema>;
export type RefinementInput = z.input<typeof refinementSchema>;
