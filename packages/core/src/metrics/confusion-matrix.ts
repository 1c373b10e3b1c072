import { largestOutput } from '../layers/head.ts';

/** Counts by true class (rows) and predicted class (columns), from probabilities of rows × classes. */
export function confusionMatrix(
  labels: Int32Array,
  probabilities: Float32Array,
  classes: number,
): number[][] {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let row = 0; row < labels.length; row++)
    counts[labels[row]!]![largestOutput(probabilities, row * classes, classes)]! += 1;
  return counts;
}

/** For each sigmoid output its own matrix of two classes, 0 and 1; predicted is 1 where p > 0.5. */
export function binaryConfusions(
  targets: Uint8Array,
  probabilities: Float32Array,
  outputs: number,
): number[][][] {
  const matrices = Array.from({ length: outputs }, () => [
    [0, 0],
    [0, 0],
  ]);
  for (let i = 0; i < targets.length; i++)
    matrices[i % outputs]![targets[i]!]![probabilities[i]! > 0.5 ? 1 : 0]! += 1;
  return matrices;
}
