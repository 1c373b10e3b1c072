import type { Task } from '@holdfast/contracts/metrics';
import type { Engine } from '../kernels/engine.ts';
import { wasmEngine } from '../kernels/wasm.ts';
import type { LayerDescription } from '../layers/layer-description.ts';
import { hasIndicator, valueInputs } from '../preprocessing/column-encoding.ts';
import { type FeaturePipeline, transformFeatures } from '../preprocessing/feature-pipeline.ts';
import { type FittedScaler, invertScaler } from '../preprocessing/scaler.ts';
import { allFinite } from './all-finite.ts';

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

/** A value that cannot be predicted from: missing where nothing was fitted for that, or too far from all that was fitted on. */
export class FeatureRangeError extends RangeError {
  override readonly name = 'FeatureRangeError';
  /** Both from 0. */
  readonly row: number;
  readonly column: number;

  constructor(row: number, column: number, problem: string) {
    super(`features, row ${row}, column ${column}: ${problem}`);
    this.row = row;
    this.column = column;
  }
}

function refuseInput({ columns, scaler }: FeaturePipeline, inputs: Float32Array): FeatureRangeError {
  const width = scaler.scale.length;
  const at = inputs.findIndex((value) => !Number.isFinite(value));
  const problem = Number.isNaN(inputs[at])
    ? 'is missing, and no training row misses a value'
    : 'is beyond 3.4e38 once scaled';
  const widths = columns?.map((column) => valueInputs(column) + (hasIndicator(column) ? 1 : 0));
  let column = at % width;
  // Past the inputs of the columns before it.
  for (let c = 0, left = column; widths !== undefined; left -= widths[c++]!) {
    column = c;
    if (left < widths[c]!) break;
  }
  return new FeatureRangeError(Math.floor(at / width), column, problem);
}

/**
 * Predicts rows of raw features (rows × columns, NaN where missing).
 * @returns rows × outputs: probabilities, or values in the target's own units
 * @throws RangeError where `features` does not hold that many rows; FeatureRangeError
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
  const inputs = transformFeatures(model.pipeline, features, rows);
  if (!allFinite(inputs)) throw refuseInput(model.pipeline, inputs);
  const outputs = new Float32Array(rows * model.outputs);
  engine.createPredictor(model.layers, model.parameters).predict(inputs, rows, outputs);
  return model.targetScaler === null ? Float64Array.from(outputs) : invertScaler(model.targetScaler, outputs);
}
