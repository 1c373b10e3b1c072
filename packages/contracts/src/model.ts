import { z } from 'zod';
import { featureSchema } from './dataset.ts';
import { hyperparametersSchema } from './hyperparameters.ts';
import {
  datasetIdSchema,
  digestSchema,
  modelIdSchema,
  searchIdSchema,
  timeSchema,
  trialNumberSchema,
} from './identifiers.ts';
import { metricSchema, scoresSchema, tasks } from './metrics.ts';
import { modelStates } from './states.ts';

/** What a client sends to have a final model trained. */
export const modelRequestSchema = z.strictObject({
  /** The recommended one unless given. */
  trial: trialNumberSchema.optional(),
});
export type ModelRequest = z.infer<typeof modelRequestSchema>;

const score = z.number().nullable();

const refitRunSchema = z.object({
  run: z.int(),
  seed: z.string(),
  /** On all training rows; not what the model is worth on others. */
  training: scoresSchema,
  reason: z.string().nullable(),
  /** Parameter updates. */
  steps: z.int(),
});

/** A final model as it is answered: one trial's hyperparameters, trained on all training rows. */
export const modelSchema = z.object({
  id: modelIdSchema,
  status: z.enum(modelStates),
  reason: z.string().nullable(),
  search: searchIdSchema,
  trial: z.int(),
  dataset: z.object({ id: datasetIdSchema, name: z.string(), digest: digestSchema }),
  task: z.enum(tasks),
  target: z.array(z.string()),
  classes: z.array(z.string()),
  /** In the order that the network takes them. */
  features: z.array(featureSchema),
  params: hyperparametersSchema,
  weightCount: z.int(),
  /** The trial's, as the board showed it when the model was asked for. */
  validation: z.object({
    metric: metricSchema,
    mean: score,
    standardError: score,
    /** Without the luck of being the best of many; of the board's first trial alone. */
    corrected: score,
  }),
  /** Of the model's bytes: scaler, layers and parameters. A reveal shows the same. */
  parametersDigest: digestSchema.nullable(),
  refit: z.object({
    seeds: z.int(),
    keep: z.literal('lowestTrainingLoss'),
    /** Which run the model is. */
    kept: z.int().nullable(),
    runs: z.array(refitRunSchema),
    /** How far the runs lie apart. */
    trainingLoss: z
      .object({ min: z.number(), max: z.number(), mean: z.number(), std: z.number().nullable() })
      .nullable(),
  }),
  epochs: z.object({
    trained: z.int().nullable(),
    /** As the trial says, or the mean of the epochs at which early stopping ended its folds. */
    rule: z.enum(['asGiven', 'meanOfFolds']),
  }),
  rows: z.int(),
  numericsVersion: z.int(),
  engine: z.string().nullable(),
  engineVersion: z.string().nullable(),
  /** How often it was handed to a worker. */
  attempt: z.int(),
  worker: z.string().nullable(),
  seconds: z.number().nullable(),
  createdAt: timeSchema,
  startedAt: timeSchema.nullable(),
  finishedAt: timeSchema.nullable(),
});
export type Model = z.infer<typeof modelSchema>;
