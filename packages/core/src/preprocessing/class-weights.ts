import type { TrainingSet } from '../training-set.ts';

/**
 * Balanced loss weights: a row of class c weighs `n / (C · n_c)`, n rows in all and n_c of class c, C classes,
 * so the mean weight is 1 where every class occurs (King and Zeng 2001, as in scikit-learn's `balanced`). With
 * sigmoid outputs each output is a pair of classes of its own: `n / (2 · n_y)`. Rounded to float32.
 * @param rows those that gradients are taken from
 * @returns one weight for each target of the rows, in their order
 * @throws RangeError for regression, which has no classes
 */
export function balancedWeights(data: TrainingSet, rows: Int32Array): Float32Array {
  if (data.task === 'regression')
    throw new RangeError('classWeights: "balanced" needs classes; a regression takes "none"');
  const perRow = data.task === 'classification' ? 1 : data.outputs;
  const classes = data.task === 'classification' ? data.outputs : 2;
  const counts = new Float64Array(perRow * classes);
  const classAt = (i: number, output: number): number =>
    output * classes + data.targets[rows[i]! * perRow + output]!;
  for (let i = 0; i < rows.length; i++)
    for (let output = 0; output < perRow; output++) counts[classAt(i, output)]! += 1;
  const weights = new Float32Array(rows.length * perRow);
  for (let i = 0; i < rows.length; i++)
    for (let output = 0; output < perRow; output++)
      weights[i * perRow + output] = rows.length / (classes * counts[classAt(i, output)]!);
  return weights;
}
