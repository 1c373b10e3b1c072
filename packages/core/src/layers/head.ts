import { expFloat32 } from '@holdfast/numeric/exp-float32';
import type { HeadActivation } from './layer-description.ts';

const round = Math.fround;

/**
 * Softmax of one row in place: the largest value is subtracted, e^x in float32, the sum over the classes in
 * order, then each is divided by it.
 */
function softmax(z: Float32Array, units: number): void {
  let largest = z[0]!;
  for (let j = 1; j < units; j++) largest = z[j]! > largest ? z[j]! : largest;
  let sum = 0;
  for (let j = 0; j < units; j++) {
    const e = expFloat32(round(z[j]! - largest));
    z[j] = e;
    sum = round(sum + e);
  }
  for (let j = 0; j < units; j++) z[j] = round(z[j]! / sum);
}

/** Sigmoid `1 / (1 + e^−z)` of one row in place. */
function sigmoid(z: Float32Array, units: number): void {
  for (let j = 0; j < units; j++) z[j] = round(1 / round(1 + expFloat32(-z[j]!)));
}

/** Turns a row of the last layer's sums into its outputs, in place. */
export function activateHead(activation: HeadActivation, z: Float32Array, units: number): void {
  if (activation === 'softmax') softmax(z, units);
  else if (activation === 'sigmoid') sigmoid(z, units);
}

/** The index of the largest output; the lowest index wins a tie. */
export function largestOutput(outputs: ArrayLike<number>, offset: number, units: number): number {
  let best = 0;
  for (let j = 1; j < units; j++) if (outputs[offset + j]! > outputs[offset + best]!) best = j;
  return best;
}
