import type { Evaluation, Targets } from '../kernels/engine.ts';
import { largestOutput } from '../layers/head.ts';
import type { LayerDescription } from '../layers/layer-description.ts';
import { binaryCrossEntropy, crossEntropy, squaredError } from './row-loss.ts';

/** Mean data loss and accuracy of a head's outputs (rows × units), rows in order. */
export function lossAndAccuracy(
  { activation, units }: Pick<LayerDescription, 'activation' | 'units'>,
  targets: Targets,
  outputs: Float32Array,
): Evaluation {
  let loss = 0;
  let right = 0;
  for (let i = 0; i < targets.length; i++) {
    const target = targets[i]!;
    if (activation === 'softmax') {
      loss += crossEntropy(outputs[i * units + target]!);
      if (largestOutput(outputs, i * units, units) === target) right++;
    } else if (activation === 'sigmoid') {
      loss += binaryCrossEntropy(outputs[i]!, target);
      if (outputs[i]! > 0.5 === (target === 1)) right++;
    } else loss += squaredError(outputs[i]!, target);
  }
  return {
    loss: loss / targets.length,
    accuracy: activation === 'linear' ? Number.NaN : right / targets.length,
  };
}
