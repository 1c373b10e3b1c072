import type { Task } from '@holdfast/contracts/metrics';
import type { Engine } from '../kernels/engine.ts';
import { wasmEngine } from '../kernels/wasm.ts';
import type { LayerDescription } from '../layers/layer-description.ts';
import { applyScaler, type FittedScaler, invertScaler } from '../preprocessing/scaler.ts';
import { allFinite } from './all-finite.ts';

/** All that a prediction needs, as plain data: it can be stored and sent. */
export interface TrainedModel {
  task: Task;
  outputs: number;
  layers: LayerDescription[];
  /** Layer by layer: weights (inputs × units, row-major), then biases. */
  parameters: Float32Array;
  scaler: FittedScaler;
  /** Of the outputs of a regression, else `null`. */
  targetScaler: FittedScaler | null;
}

/** A row so far from those that the scaler was fitted on that float32 cannot hold it. */
export class FeatureRangeError extends RangeError {
  override readonly name = 'FeatureRangeError';
  /** Both from 0. */
  readonly row: number;
  readonly column: number;

  constructor(row: number, column: number) {
    super(`features, row ${row}, column ${column}: is beyond 3.4e38 once scaled`);
    this.row = row;
    this.column = column;
  }
}

/**
 * Predicts rows of unscaled features (rows × columns).
 * @returns rows × outputs: probabilities, or values in the target's own units
 * @throws RangeError where `features` does not hold that many rows; FeatureRangeError
 */
export function predict(
  model: TrainedModel,
  features: Float64Array,
  rows: number,
  engine: Engine = wasmEngine,
): Float64Array {
  const columns = model.layers[0]!.inputs;
  if (features.length !== rows * columns)
    throw new RangeError(`features must hold ${rows} × ${columns} numbers, not ${features.length}`);
  const scaled = applyScaler(model.scaler, features, rows);
  if (!allFinite(scaled)) {
    const at = scaled.findIndex((value) => !Number.isFinite(value));
    throw new FeatureRangeError(Math.floor(at / columns), at % columns);
  }
  const outputs = new Float32Array(rows * model.outputs);
  engine.createPredictor(model.layers, model.parameters).predict(scaled, rows, outputs);
  return model.targetScaler === null ? Float64Array.from(outputs) : invertScaler(model.targetScaler, outputs);
}
