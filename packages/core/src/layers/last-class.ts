import type { LayerDescription, LayerOffsets } from './layer-description.ts';

const round = Math.fround;

// A softmax does not change where all its sums move by the same amount, so one class is free: the sums of a softmax head are
// taken relative to its last class, `z[j] = Σ_k h[k]·(W[k][j] − W[k][C−1]) + (b[j] − b[C−1])`, of which the last is 0 and
// need not be worked out. Its gradients follow from those of the others, since the gradients of all sums add up to 0.

/** Writes the parameters of a softmax head relative to its last class at the head's place in `relative`. */
export function relativeToLastClass(
  { inputs, units }: LayerDescription,
  { weights }: LayerOffsets,
  parameters: Float32Array,
  relative: Float32Array,
): void {
  // Biases lie behind the weights as one more row.
  for (let k = 0; k <= inputs; k++) {
    const row = weights + k * units;
    const last = parameters[row + units - 1]!;
    for (let j = 0; j < units; j++) relative[row + j] = round(parameters[row + j]! - last);
  }
}

/** The last class's gradients: minus the sum of the others', in the order of classes. */
export function lastClassGradients(
  { inputs, units }: LayerDescription,
  { weights }: LayerOffsets,
  gradients: Float32Array,
): void {
  for (let k = 0; k <= inputs; k++) {
    const row = weights + k * units;
    let sum = 0;
    for (let j = 0; j < units - 1; j++) sum = round(sum + gradients[row + j]!);
    gradients[row + units - 1] = -sum;
  }
}
