import { z } from 'zod';
import { dropoutSchema, initializers, optimizers, scalerSchema } from './hyperparameters.ts';

/** A range: sampled by `random`; a grid takes `points` values, both ends included. */
export const rangeSchema = z.strictObject({
  min: z.number(),
  max: z.number(),
  scale: z.enum(['linear', 'log']).default('linear'),
  points: z.int().min(2).max(100_000).optional(),
  integer: z.literal(true).optional(),
});
export type Range = z.infer<typeof rangeSchema>;

/** A number, a range, or choices of both: `[0, { min, max, scale }]` is zero or a draw. */
const numeric = z.union([z.number(), rangeSchema, z.array(z.union([z.number(), rangeSchema])).min(1)]);
const choice = <T extends z.ZodType>(value: T) => z.union([value, z.array(value).min(1)]);

const network = z.array(z.int().min(1).max(65_536)).max(32);
const networks = z
  .array(z.unknown())
  .min(1)
  .superRefine((list, context) => {
    if (list.some((item) => typeof item === 'number')) {
      context.addIssue({
        code: 'custom',
        message: `hiddenLayers is a list of networks, each a list of layer sizes: for one network write ${JSON.stringify([list])}.`,
      });
    }
  })
  .pipe(z.array(network));

/**
 * One space, as sent. A value is fixed, a list is choices, an object with `min` and `max` a range.
 * `units` with `layers` stands in the place of `hiddenLayers`: the same width in each layer.
 */
export const subspaceSchema = z.strictObject({
  hiddenLayers: networks.optional(),
  units: z.union([z.int().min(1), rangeSchema, z.array(z.int().min(1)).min(1)]).optional(),
  layers: z.union([z.int().min(0).max(32), rangeSchema, z.array(z.int().min(0).max(32)).min(1)]).optional(),
  activation: choice(z.literal('relu')).optional(),
  optimizer: choice(z.enum(optimizers)).optional(),
  learningRate: numeric.optional(),
  decay: numeric.optional(),
  finalLearningRate: numeric.optional(),
  momentum: numeric.optional(),
  rho: numeric.optional(),
  beta1: numeric.optional(),
  beta2: numeric.optional(),
  epsilon: numeric.optional(),
  l1: numeric.optional(),
  l2: numeric.optional(),
  l1Weights: numeric.optional(),
  l2Weights: numeric.optional(),
  l1Biases: numeric.optional(),
  l2Biases: numeric.optional(),
  regularizeOutput: choice(z.boolean()).optional(),
  dropout: z
    .union([dropoutSchema, rangeSchema, z.array(z.union([dropoutSchema, rangeSchema])).min(1)])
    .optional(),
  scaler: choice(scalerSchema).optional(),
  initializer: choice(z.enum(initializers)).optional(),
  noise: numeric.optional(),
  classWeights: choice(z.enum(['none', 'balanced'])).optional(),
  batchSize: z
    .union([
      z.int().min(1),
      z.literal('full'),
      rangeSchema,
      z.array(z.union([z.int().min(1), z.literal('full'), rangeSchema])).min(1),
    ])
    .optional(),
  epochs: z.union([z.int().min(1), rangeSchema, z.array(z.int().min(1)).min(1)]).optional(),
});
export type Subspace = z.infer<typeof subspaceSchema>;

/** A space, or a union of spaces. */
export const spaceSchema = z.union([subspaceSchema, z.array(subspaceSchema).min(1).max(1000)]);
export type Space = z.infer<typeof spaceSchema>;
