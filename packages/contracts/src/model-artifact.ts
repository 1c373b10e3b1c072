import { z } from 'zod';
import { modelSchema } from './model.ts';

const scalerSchema = z.object({
  center: z.array(z.number()),
  /** 0 marks a column that was constant in training: it becomes 0. */
  scale: z.array(z.number()),
});

/**
 * A trained model as JSON, all that a prediction needs. Rows go through
 * `float32((x − center) / scale)`, then through each layer: `activation(x · weights + biases)` in float32.
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
    /** The search's seed, early stopping and refit, of which the model is a function with its training rows. */
    training: z.record(z.string(), z.json()),
    preprocessing: z.object({
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
