import { largestOutput } from '@holdfast/core/layers/head';
import { predict, type TrainedModel } from '@holdfast/core/training/trained-model';
import type { LabelledRows } from '@holdfast/core/training-set';

/**
 * The zero-one loss of each row, 1 − accuracy on average: 1 where another class is the likeliest than that of the row; of
 * several sigmoid outputs the share that is on the wrong side of 0.5.
 * @throws RangeError for regression, whose losses have no bound
 */
export function rowLosses(model: TrainedModel, data: LabelledRows): number[] {
  if (data.task === 'regression') throw new RangeError('A regression has no losses between 0 and 1.');
  const { rows, outputs, targets } = data;
  const values = predict(model, data.features, rows);
  return Array.from({ length: rows }, (_, row) => {
    if (data.task === 'classification')
      return Number(largestOutput(values, row * outputs, outputs) !== targets[row]);
    let wrong = 0;
    for (let at = row * outputs; at < (row + 1) * outputs; at++)
      wrong += Number(Number(values[at]! > 0.5) !== targets[at]);
    return wrong / outputs;
  });
}
