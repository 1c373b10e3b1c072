import type { Task } from '@holdfast/contracts/metrics';
import type { Engine } from '../kernels/engine.ts';
import { wasmEngine } from '../kernels/wasm.ts';
import type { LayerDescription } from '../layers/layer-description.ts';
import { type FeaturePipeline, transformFeatures } from '../preprocessing/feature-pipeline.ts';
import { type FittedScaler, invertScaler } from '../preprocessing/scaler.ts';

/** All that a prediction needs, as plain data: it can be stored and sent. */
export interface TrainedModel {
  task: Task;
  outputs: number;
  layers: LayerDescription[];
  /** Layer by layer: weights (inputs × units, row-major), then biases. */
  parameters: Float32Array;
  /** From raw features to inputs; `pipeline.scaler` alone where all are numbers and none can be missing. */
  pipeline: FeaturePipeline;
  /** Of the outputs of a regression, else `null`. */
  targetScaler: FittedScaler | null;
}

/**
 * Predicts rows of raw features (rows × columns, NaN where missing).
 * @returns rows × outputs: probabilities, or values in the target's own units
 * @throws RangeError where `features` does not hold that many rows
 */
export function predict(
  model: TrainedModel,
  features: Float64Array,
  rows: number,
  engine: Engine = wasmEngine,
): Float64Array {
  const columns = model.pipeline.columns?.length ?? model.layers[0]!.inputs;
  if (features.length !== rows * columns)
    throw new RangeError(`features must hold ${rows} × ${columns} numbers, not ${features.length}`);
  const outputs = new Float32Array(rows * model.outputs);
  engine
    .createPredictor(model.layers, model.parameters)
    .predict(transformFeatures(model.pipeline, features, rows), rows, outputs);
  return model.targetScaler === null ? Float64Array.from(outputs) : invertScaler(model.targetScaler, outputs);
}
