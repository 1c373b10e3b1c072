import { z } from 'zod';
import { columnKinds, missingStrategies } from './dataset.ts';
import { seedSchema } from './identifiers.ts';
import { modelSchema } from './model.ts';
import { earlyStoppingSchema } from './search-spec.ts';

const scalerSchema = z.object({
  center: z.array(z.number()),
  /** 0 marks a column that was constant in training: it becomes 0. */
  scale: z.array(z.number()),
});

/**
 * A trained model as JSON, all that a prediction needs. Columns become inputs (a category one for each value, an indicator
 * where missing values were filled), then `float32((x − center) / scale)`, then each layer: `activation(x · weights +
 * biases)` in float32. See docs/final-model.md.
 */
export const modelArtifactSchema = modelSchema
  .pick({
    id: true,
    search: true,
    trial: true,
    dataset: true,
    task: true,
    target: true,
    classes: true,
    features: true,
    params: true,
    parametersDigest: true,
    numericsVersion: true,
    engine: true,
    engineVersion: true,
  })
  .extend({
    format: z.literal('holdfast-model'),
    formatVersion: z.literal(1),
    /** Of which the model is a function, with its hyperparameters and training rows. */
    training: z.object({
      seed: seedSchema,
      earlyStopping: earlyStoppingSchema.nullable(),
      refit: z.object({ seeds: z.int(), keep: z.string() }),
      /** Epochs trained by each of the trial's fold runs. */
      foldEpochs: z.array(z.int()),
    }),
    preprocessing: z.object({
      /** What becomes of each column before it is scaled; `null` where all are numbers with none missing. */
      columns: z
        .array(
          z.object({
            kind: z.enum(columnKinds),
            /** Inputs of 0 and 1, one for each; their names are in `features`. */
            categories: z.int(),
            missing: z.enum(missingStrategies).nullable(),
            /** What a missing value becomes; of a category the code. */
            fill: z.number().nullable(),
          }),
        )
        .nullable(),
      /** One center and scale for each input. */
      scaler: scalerSchema,
      /** Of a regression's outputs: `value = output · scale + center`. */
      targetScaler: scalerSchema.nullable(),
    }),
    layers: z.array(
      z.object({
        inputs: z.int(),
        units: z.int(),
        activation: z.enum(['relu', 'softmax', 'sigmoid', 'linear']),
        /** inputs × units. */
        weights: z.array(z.array(z.number())),
        biases: z.array(z.number()),
      }),
    ),
  });
export type ModelArtifact = z.infer<typeof modelArtifactSchema>;

export const artifactFormats = ['json', 'onnx'] as const;
export type ArtifactFormat = (typeof artifactFormats)[number];
