import type { Scores } from '@holdfast/contracts/metrics';
import { binaryCrossEntropy, crossEntropy } from '../losses/row-loss.ts';
import { areaUnderCurve } from './area-under-curve.ts';
import { binaryConfusions, confusionMatrix } from './confusion-matrix.ts';

/** Scores, and for each that is `null` the reason. */
export interface Scored {
  scores: Scores;
  reasons: string[];
}

function mean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** The mean of the values, or `null` and a reason for the first that is not defined. */
function macro(
  name: string,
  values: readonly (number | null)[],
  why: (index: number) => string,
  reasons: string[],
) {
  const missing = values.indexOf(null);
  if (missing === -1) return mean(values as number[]);
  reasons.push(`${name}: ${why(missing)}`);
  return null;
}

const recallOf = (matrix: readonly number[][], c: number): number | null => {
  const rows = matrix[c]!.reduce((a, b) => a + b, 0);
  return rows === 0 ? null : matrix[c]![c]! / rows;
};

/** 2·TP / (2·TP + FP + FN). */
const f1Of = (matrix: readonly number[][], c: number): number | null => {
  const rows = matrix[c]!.reduce((a, b) => a + b, 0);
  const predicted = matrix.reduce((sum, row) => sum + row[c]!, 0);
  return rows + predicted === 0 ? null : (2 * matrix[c]![c]!) / (rows + predicted);
};

/**
 * Classification scores. accuracy: share of rows whose largest output is the label; loss: mean cross-entropy;
 * balancedAccuracy: mean recall of the classes; f1: mean F1 of the classes; auc: mean area of one class against
 * the rest. A class that does not occur leaves the last three undefined.
 */
export function scoreClassification(
  labels: Int32Array,
  probabilities: Float32Array,
  classes: number,
): Scored {
  const reasons: string[] = [];
  const matrix = confusionMatrix(labels, probabilities, classes);
  const each = Array.from({ length: classes }, (_, c) => c);
  const right = each.reduce((sum, c) => sum + matrix[c]![c]!, 0);
  let loss = 0;
  for (let row = 0; row < labels.length; row++)
    loss += crossEntropy(probabilities[row * classes + labels[row]!]!);
  const areas = each.map((c) =>
    areaUnderCurve(
      Float32Array.from(labels, (_, row) => probabilities[row * classes + c]!),
      Uint8Array.from(labels, (label) => (label === c ? 1 : 0)),
    ),
  );
  const absent = (c: number): string => `class ${c} has no rows here`;
  const scores: Scores = {
    accuracy: right / labels.length,
    loss: loss / labels.length,
    balancedAccuracy: macro(
      'balancedAccuracy',
      each.map((c) => recallOf(matrix, c)),
      absent,
      reasons,
    ),
    f1: macro(
      'f1',
      each.map((c) => f1Of(matrix, c)),
      (c) => `class ${c} has no rows here and is never predicted`,
      reasons,
    ),
    auc: macro('auc', areas, (c) => `class ${c} has either no rows here or all of them`, reasons),
  };
  return { scores, reasons };
}

/**
 * Scores of sigmoid outputs. accuracy: share of all N·J outputs on the right side of 0.5; loss: mean binary
 * cross-entropy over rows and outputs; balancedAccuracy, f1 (of the positive class) and auc: means over the
 * outputs.
 */
export function scoreBinary(targets: Uint8Array, probabilities: Float32Array, outputs: number): Scored {
  const reasons: string[] = [];
  const matrices = binaryConfusions(targets, probabilities, outputs);
  const rows = targets.length / outputs;
  let loss = 0;
  for (let i = 0; i < targets.length; i++) loss += binaryCrossEntropy(probabilities[i]!, targets[i]!);
  const column = <T>(from: (i: number) => T, output: number): T[] =>
    Array.from({ length: rows }, (_, row) => from(row * outputs + output));
  const areas = matrices.map((_, output) =>
    areaUnderCurve(
      Float32Array.from(column((i) => probabilities[i]!, output)),
      Uint8Array.from(column((i) => targets[i]!, output)),
    ),
  );
  const recalls = matrices.map((matrix) => {
    const negative = recallOf(matrix, 0);
    const positive = recallOf(matrix, 1);
    return negative === null || positive === null ? null : (negative + positive) / 2;
  });
  const oneSided = (output: number): string => `output ${output} has rows of one class only here`;
  const scores: Scores = {
    accuracy: matrices.reduce((sum, matrix) => sum + matrix[0]![0]! + matrix[1]![1]!, 0) / targets.length,
    loss: loss / targets.length,
    balancedAccuracy: macro('balancedAccuracy', recalls, oneSided, reasons),
    f1: macro(
      'f1',
      matrices.map((matrix) => f1Of(matrix, 1)),
      (o) => `output ${o} has no positive row here and none predicted`,
      reasons,
    ),
    auc: macro('auc', areas, oneSided, reasons),
  };
  return { scores, reasons };
}
