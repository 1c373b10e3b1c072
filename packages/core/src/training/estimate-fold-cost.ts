import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { countWeights } from './count-weights.ts';

export interface FoldSize {
  params: Hyperparameters;
  inputs: number;
  outputs: number;
  trainingRows: number;
  validationRows: number;
  /** As in `trainFold`; 100 unless given. */
  curvePoints?: number;
}

/**
 * What one fold run takes at most, before early stopping: multiply-adds (three products for each training row
 * and epoch, one for each row of an evaluation) and bytes of memory of the reference engine, beside the data
 * set itself.
 */
export function estimateFoldCost(size: FoldSize): { multiplyAdds: number; bytes: number } {
  const { params, inputs, outputs, trainingRows, validationRows, curvePoints = 100 } = size;
  const weights = countWeights(params, inputs, outputs);
  const rows = trainingRows + validationRows;
  const evaluations = Math.min(params.epochs, curvePoints) + 1;
  const multiplyAdds = weights * (3 * trainingRows * params.epochs + rows * evaluations);
  const noisyCopies = params.noise > 0 ? 2 : 1;
  // Parameters, gradients, two moments, and copies to check, to keep and to answer with.
  const parameterArrays = 7;
  const bytes =
    4 * weights * parameterArrays +
    4 * inputs * (trainingRows * (1 + noisyCopies) + validationRows) +
    // Outputs in float32 and float64, targets and loss weights.
    24 * outputs * rows;
  return { multiplyAdds, bytes };
}
