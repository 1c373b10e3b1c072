import { z } from 'zod';
import {
  augmentationSchema,
  dropoutSchema,
  initializers,
  optimizers,
  scalerSchema,
} from './hyperparameters.ts';

const end = z.number({
  error: ({ input }) =>
    input === undefined ? 'A range has both min and max. Add it, or write the one value itself.' : undefined,
});

/** A range: sampled by `random`; a grid takes `points` values, both ends included. */
export const rangeSchema = z.strictObject({
  min: end,
  max: end,
  scale: z.enum(['linear', 'log']).default('linear'),
  points: z.int().min(2).max(100_000).optional(),
  integer: z.literal(true).optional(),
});
export type Range = z.infer<typeof rangeSchema>;

/** A number, a range, or choices of both: `[0, { min, max, scale }]` is zero or a draw. */
const numberOrRange = 'must be a number, a range { "min", "max", "scale" }, or a list of these as choices';
const numeric = z.union(
  [
    z.number(),
    rangeSchema,
    z
      .array(
        z.union([z.number(), rangeSchema], {
          error: 'must be a number or a range { "min", "max", "scale" }',
        }),
      )
      .min(1),
  ],
  { error: numberOrRange },
);
const choice = <T extends z.ZodType>(value: T, allowed: string) =>
  z.union([value, z.array(value).min(1)], { error: `must be ${allowed}, or a list of these as choices` });
const choiceOf = <const T extends readonly string[]>(names: T) =>
  choice(z.enum(names), `one of ${names.map((name) => `"${name}"`).join(', ')}`);
/** One whole number, a range of them, or a list. */
const wholeNumbers = (value: z.ZodInt) =>
  z.union([value, rangeSchema, z.array(value).min(1)], {
    error: 'must be a whole number, a range { "min", "max", "scale" } of them, or a list of them as choices',
  });

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

/** One list of steps, or a list of such lists as choices: it comes out as choices either way. */
const augmentations = z
  .union([augmentationSchema, z.array(augmentationSchema).min(1)], {
    error:
      'must be a list of { "kind": "noise", "deviation" }, { "kind": "shift", "pixels" } and { "kind": "rotate", "degrees" }, or a list of such lists as choices',
  })
  .transform(
    (given) =>
      (given.every(Array.isArray) && given.length > 0 ? given : [given]) as z.input<
        typeof augmentationSchema
      >[],
  )
  .pipe(z.array(augmentationSchema));

/**
 * One space, as sent. A value is fixed, a list is choices, an object with `min` and `max` a range.
 * `units` with `layers` stands in the place of `hiddenLayers`: the same width in each layer.
 */
export const subspaceSchema = z.strictObject({
  hiddenLayers: networks.optional(),
  units: wholeNumbers(z.int().min(1).max(65_536)).optional(),
  layers: wholeNumbers(z.int().min(0).max(32)).optional(),
  activation: choice(z.literal('relu'), '"relu"').optional(),
  optimizer: choiceOf(optimizers).optional(),
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
  regularizeOutput: choice(z.boolean(), 'true or false').optional(),
  dropout: z
    .union([dropoutSchema, rangeSchema, z.array(z.union([dropoutSchema, rangeSchema])).min(1)])
    .optional(),
  scaler: choice(
    scalerSchema,
    '"none", "maxAbs", "minMax", "standard", { "kind": "maxAbs", "per": "all" } or { "kind": "fixed", "center", "scale" } with a scale other than 0',
  ).optional(),
  initializer: choiceOf(initializers).optional(),
  noise: numeric.optional(),
  augmentation: augmentations.optional(),
  classWeights: choiceOf(['none', 'balanced']).optional(),
  batchSize: z
    .union(
      [
        z.int().min(1),
        z.literal('full'),
        rangeSchema,
        z.array(z.union([z.int().min(1), z.literal('full'), rangeSchema])).min(1),
      ],
      { error: 'must be a whole number, "full", a range, or a list of these as choices' },
    )
    .optional(),
  epochs: wholeNumbers(z.int().min(1).max(1_000_000)).optional(),
  trainingShare: numeric.optional(),
});
export type Subspace = z.infer<typeof subspaceSchema>;

/** A space, or a union of spaces. */
export const spaceSchema = z.union([subspaceSchema, z.array(subspaceSchema).min(1).max(1000)], {
  error: 'must be a space, or a list of spaces as a union',
});
export type Space = z.infer<typeof spaceSchema>;
