import { logFloat32 } from '@holdfast/numeric/log-float32';

const round = Math.fround;
const LOWEST = round(1e-7);
const HIGHEST = round(1 - 1e-7);

/** A probability clipped to [1e-7, 1 − 1e-7], both rounded to float32; NaN stays NaN. */
function clip(p: number): number {
  const raised = p < LOWEST ? LOWEST : p;
  return raised > HIGHEST ? HIGHEST : raised;
}

/** Categorical cross-entropy of one row: `−log p[label]` of the clipped probability, a float32. */
export function crossEntropy(probability: number): number {
  return -logFloat32(clip(probability));
}

/** Binary cross-entropy of one output: `−log p` where the target is 1, `−log(1 − p)` where it is 0, a float32. */
export function binaryCrossEntropy(probability: number, target: number): number {
  const p = clip(probability);
  return -logFloat32(target === 1 ? p : round(1 - p));
}

/** Squared error of one output: the difference rounded to float32, its square exact in float64. */
export function squaredError(value: number, target: number): number {
  const difference = round(value - target);
  return difference * difference;
}
