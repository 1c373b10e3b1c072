import { z } from 'zod';
import { type FreeParams, freeParamsSchema } from './free-space.ts';
import { type Hyperparameters, hyperparametersSchema } from './hyperparameters.ts';

/** The hyperparameters of a trial: of a network or, in an external search, whatever its space names. */
export const trialParamsSchema = z.union([hyperparametersSchema, freeParamsSchema]);
export type TrialParams = Hyperparameters | FreeParams;
