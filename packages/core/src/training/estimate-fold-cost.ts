import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { engineBytes } from '../kernels/memory-layout.ts';
import { nativeEngineBytes } from '../kernels/native-bytes.ts';
import type { LayerDescription } from '../layers/layer-description.ts';
import { countWeights } from './count-weights.ts';
import { describeOptimizer } from './describe-network.ts';
import { momentsOf } from './training-state.ts';

export interface FoldSize {
  params: Hyperparameters;
  inputs: number;
  outputs: number;
  trainingRows: number;
  validationRows: number;
  /** As in `trainFold`; 100 unless given. */
  curvePoints?: number;
  /** Whether an inner split is held beside the training rows; not unless given. */
  earlyStopping?: boolean;
}

/**
 * What one fold run takes at most, before early stopping: multiply-adds (three products for each training row
 * and epoch, one for each row of an evaluation) and bytes of memory beside the data set itself, with whichever
 * engine takes more: scores do not depend on the engine, so an admission should not either.
 */
export function estimateFoldCost(size: FoldSize): { multiplyAdds: number; bytes: number } {
  const { params, inputs, outputs, trainingRows, validationRows, curvePoints = 100 } = size;
  const weights = countWeights(params, inputs, outputs);
  const rows = trainingRows + validationRows;
  const evaluations = Math.min(params.epochs, curvePoints) + 1;
  const multiplyAdds = weights * (3 * trainingRows * params.epochs + rows * evaluations);

  const inner = size.earlyStopping === true;
  const changed = params.noise > 0 || (params.augmentation ?? []).length > 0;
  const layers = plainLayers(params, inputs, outputs);
  const sets = [
    trainingRows,
    validationRows,
    ...(inner || changed ? [trainingRows] : []),
    ...(inner ? [trainingRows] : []),
  ];
  const needs = {
    training: true,
    masks: layers.map(() => false),
    ...momentsOf(describeOptimizer(params, 1)),
  };
  const engine = Math.max(
    engineBytes(layers, needs, sets, outputs),
    nativeEngineBytes(layers, sets, outputs),
  );
  // Scaled rows as they are handed to the engine, and once more where they are changed anew in each epoch.
  const features = 4 * inputs * (rows + (inner ? trainingRows : 0) + (changed ? trainingRows : 0));
  // Parameters to begin with, to keep and to answer with; outputs in float32 and float64, targets, loss weights.
  const others = 4 * weights * 3 + 28 * outputs * rows + 8 * rows;
  return { multiplyAdds, bytes: engine + features + others };
}

/** The layers by their sizes alone. */
function plainLayers(params: Hyperparameters, inputs: number, outputs: number): LayerDescription[] {
  const none = { dropout: 0, l1Weights: 0, l2Weights: 0, l1Biases: 0, l2Biases: 0 };
  const sizes = [inputs, ...params.hiddenLayers, outputs];
  return sizes.slice(1).map((units, l) => ({
    inputs: sizes[l]!,
    units,
    activation: l === sizes.length - 2 ? 'softmax' : 'relu',
    ...none,
  }));
}
