import { z } from 'zod';

export const optimizers = ['sgd', 'adagrad', 'rmsprop', 'adam'] as const;
export type Optimizer = (typeof optimizers)[number];

export const initializers = ['heNormal', 'glorotUniform', 'scaledNormal'] as const;
export type Initializer = (typeof initializers)[number];

/** A share of units switched off in each hidden layer, or one share for every layer. */
export const dropoutSchema = z.union([
  z.number().min(0).lt(1),
  z.strictObject({ perLayer: z.array(z.number().min(0).lt(1)).min(1) }),
]);

/**
 * How features are scaled. Fitted on training rows alone and never clipped.
 * `fixed` computes `(x − center) / scale`.
 */
export const scalerSchema = z.union([
  z.enum(['none', 'maxAbs', 'minMax', 'standard']),
  z.strictObject({ kind: z.literal('maxAbs'), per: z.literal('all') }),
  z.strictObject({
    kind: z.literal('fixed'),
    center: z.number(),
    scale: z.number().refine((scale) => scale !== 0, { error: 'scale must not be 0' }),
  }),
]);
export type Scaler = z.infer<typeof scalerSchema>;

/**
 * How training rows are changed anew in each epoch; validation and test rows never are. `noise` adds
 * `deviation · N(0, 1)` to each scaled input. `shift` and `rotate` are for square images laid out as columns, row by row
 * from the top left: they move by up to so many whole pixels along each side, and turn by up to so many degrees either way.
 */
const augmentationStepSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('noise'), deviation: z.number().min(0).default(0.1) }),
  z.strictObject({ kind: z.literal('shift'), pixels: z.int().min(0).max(65_535).default(1) }),
  z.strictObject({ kind: z.literal('rotate'), degrees: z.number().min(0).max(180).default(10) }),
]);
export type AugmentationStep = z.infer<typeof augmentationStepSchema>;

/** Steps in their order; none is no augmentation. */
export const augmentationSchema = z.array(augmentationStepSchema).max(8);
export type Augmentation = z.infer<typeof augmentationSchema>;

const penalty = z.number().min(0);

/**
 * All hyperparameters of one trial, every default filled in. Those that do not apply to the trial's
 * optimizer are absent. `l1` and `l2` hold for weights and biases unless the longer names say otherwise;
 * `finalLearningRate` stands in the place of `decay`.
 */
export const hyperparametersSchema = z.strictObject({
  /** Units of each hidden layer from the input on; empty is logistic (or linear) regression. */
  hiddenLayers: z.array(z.int().min(1).max(65_536)).max(32),
  activation: z.literal('relu'),
  optimizer: z.enum(optimizers),
  learningRate: z.number().positive(),
  decay: z.number().min(0).optional(),
  finalLearningRate: z.number().positive().max(1).optional(),
  momentum: z.number().min(0).lt(1).optional(),
  rho: z.number().min(0).lt(1).optional(),
  beta1: z.number().min(0).lt(1).optional(),
  beta2: z.number().min(0).lt(1).optional(),
  epsilon: z.number().positive().optional(),
  l1: penalty,
  l2: penalty,
  l1Weights: penalty.optional(),
  l2Weights: penalty.optional(),
  l1Biases: penalty.optional(),
  l2Biases: penalty.optional(),
  regularizeOutput: z.boolean(),
  dropout: dropoutSchema,
  scaler: scalerSchema,
  initializer: z.enum(initializers),
  noise: z.number().min(0),
  /** Absent where the space does not speak of it. */
  augmentation: augmentationSchema.optional(),
  classWeights: z.enum(['none', 'balanced']),
  batchSize: z.union([z.int().min(1), z.literal('full')]),
  epochs: z.int().min(1).max(1_000_000),
  /** The share of a fold's training rows that is trained on, all where absent: what learning curves vary. */
  trainingShare: z.number().positive().max(1).optional(),
});
export type Hyperparameters = z.infer<typeof hyperparametersSchema>;
