import type { ModelArtifact } from '@holdfast/contracts/model-artifact';
import { layerOffsets } from '@holdfast/core/layers/layer-description';
import { ProblemError } from '../problem-error.ts';
import { describeModel } from './describe-model.ts';
import type { LoadedModel } from './load-model.ts';

/** A number takes some 22 characters, and V8's texts end at 2^29. */
const mostParameters = 20_000_000;

/**
 * `modelArtifactSchema` as text. float32 numbers are written so that they come back as they were.
 * @throws ProblemError where the model is too large for the format
 */
export function writeJsonArtifact(loaded: LoadedModel): string {
  if (loaded.model.parameters.length > mostParameters) {
    throw new ProblemError('conflict', 'The model is too large for JSON. Take it as ONNX.');
  }
  return JSON.stringify(describeArtifact(loaded));
}

function describeArtifact({ record, model }: LoadedModel): ModelArtifact {
  const { id, search, trial, dataset, task, target, classes, features, params, ...rest } =
    describeModel(record);
  const { parametersDigest, numericsVersion, engine, engineVersion } = rest;
  const { pipeline, targetScaler, layers, parameters } = model;
  const { columns, scaler } = pipeline;
  const offsets = layerOffsets(layers);
  return {
    format: 'holdfast-model',
    formatVersion: 1,
    id,
    search,
    trial,
    dataset,
    task,
    target,
    classes,
    features,
    params,
    parametersDigest,
    numericsVersion,
    engine,
    engineVersion,
    training: { ...record.training },
    preprocessing: {
      columns,
      scaler: { center: [...scaler.center], scale: [...scaler.scale] },
      targetScaler: targetScaler && { center: [...targetScaler.center], scale: [...targetScaler.scale] },
    },
    layers: layers.map(({ inputs, units, activation }, l) => {
      const { weights, biases, end } = offsets[l]!;
      return {
        inputs,
        units,
        activation,
        weights: Array.from({ length: inputs }, (_, k) => [
          ...parameters.subarray(weights + k * units, weights + (k + 1) * units),
        ]),
        biases: [...parameters.subarray(biases, end)],
      };
    }),
  };
}
