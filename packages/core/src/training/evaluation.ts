import type { Scores } from '@holdfast/contracts/metrics';
import { metricsOf } from '@holdfast/contracts/metrics';
import type { Predictor, Targets } from '../kernels/engine.ts';
import { largestOutput } from '../layers/head.ts';
import { binaryCrossEntropy, crossEntropy, squaredError } from '../losses/row-loss.ts';
import { type Scored, scoreBinary, scoreClassification } from '../metrics/score-classes.ts';
import { scoreRegression } from '../metrics/score-regression.ts';
import { applyScaler, type FittedScaler, invertScaler } from '../preprocessing/scaler.ts';
import { type TrainingSet, targetsPerRow } from '../training-set.ts';
import { rowsBetweenChecks, throwIfCancelled } from './cancellation.ts';

/** Rows of a training set made ready for a network: scaled features, and targets as the engine takes them. */
export interface PreparedRows {
  rows: Int32Array;
  features: Float32Array;
  targets: Targets;
}

export function prepareRows(
  data: TrainingSet,
  rows: Int32Array,
  scaler: FittedScaler,
  targetScaler: FittedScaler | null,
): PreparedRows {
  const features = applyScaler(scaler, data.features, rows);
  if (data.task === 'regression')
    return { rows, features, targets: applyScaler(targetScaler!, data.targets, rows) };
  const perRow = targetsPerRow(data);
  if (data.task === 'classification')
    return { rows, features, targets: selectRows(data.targets, perRow, rows, new Int32Array(rows.length)) };
  const selected = new Uint8Array(rows.length * perRow);
  return { rows, features, targets: selectRows(data.targets, perRow, rows, selected) };
}

/** Copies the given rows of `values` (any number of rows × width) into `selected`. */
function selectRows<T extends Int32Array | Uint8Array | Float64Array>(
  values: T,
  width: number,
  rows: Int32Array,
  selected: T,
): T {
  for (let i = 0; i < rows.length; i++)
    for (let column = 0; column < width; column++)
      selected[i * width + column] = values[rows[i]! * width + column]!;
  return selected;
}

/** Predicts all prepared rows in evaluation mode: rows × outputs, probabilities or standardised values. */
export function predictRows(
  network: Predictor,
  features: Float32Array,
  rows: number,
  outputs: number,
  weightCount: number,
  isCancelled?: () => boolean,
): Float32Array {
  const predictions = new Float32Array(rows * outputs);
  const columns = features.length / rows;
  const stride = rowsBetweenChecks(weightCount, 1);
  for (let row = 0; row < rows; row += stride) {
    throwIfCancelled(isCancelled);
    const count = Math.min(stride, rows - row);
    network.predict(features.subarray(row * columns), count, predictions.subarray(row * outputs));
  }
  return predictions;
}

/** Data loss (standardised units for regression) and accuracy (`null` for regression) of predictions. */
export function lossAndAccuracy(
  data: Pick<TrainingSet, 'task' | 'outputs'>,
  targets: Targets,
  predictions: Float32Array,
): { loss: number; accuracy: number | null } {
  const { task, outputs } = data;
  let loss = 0;
  let right = 0;
  for (let i = 0; i < targets.length; i++) {
    const target = targets[i]!;
    if (task === 'classification') {
      loss += crossEntropy(predictions[i * outputs + target]!);
      if (largestOutput(predictions, i * outputs, outputs) === target) right++;
    } else if (task === 'binary') {
      loss += binaryCrossEntropy(predictions[i]!, target);
      if (predictions[i]! > 0.5 === (target === 1)) right++;
    } else loss += squaredError(predictions[i]!, target);
  }
  return { loss: loss / targets.length, accuracy: task === 'regression' ? null : right / targets.length };
}

/** Scores that cannot be told as numbers become `null`, each with its reason. */
function finiteOnly({ scores, reasons }: Scored): Scored {
  for (const [name, value] of Object.entries(scores) as [keyof Scores, number | null][])
    if (value !== null && !Number.isFinite(value)) {
      scores[name] = null;
      reasons.push(`${name}: is not finite`);
    }
  return { scores, reasons };
}

/** All metrics of a task as `null`. */
export function noScores(task: TrainingSet['task']): Scores {
  return Object.fromEntries(metricsOf(task).map((metric) => [metric, null])) as Scores;
}

/** All metrics of the task for predictions of prepared rows; regression's in the target's own units. */
export function scoreRows(
  data: TrainingSet,
  prepared: PreparedRows,
  predictions: Float32Array,
  targetScaler: FittedScaler | null,
): Scored {
  if (!predictions.every(Number.isFinite))
    return { scores: noScores(data.task), reasons: ['predictions are not finite'] };
  switch (data.task) {
    case 'classification':
      return finiteOnly(scoreClassification(prepared.targets as Int32Array, predictions, data.outputs));
    case 'binary':
      return finiteOnly(scoreBinary(prepared.targets as Uint8Array, predictions, data.outputs));
    case 'regression': {
      const { loss } = lossAndAccuracy(data, prepared.targets, predictions);
      const truth = selectRows(
        data.targets,
        data.outputs,
        prepared.rows,
        new Float64Array(predictions.length),
      );
      return finiteOnly(scoreRegression(truth, invertScaler(targetScaler!, predictions), data.outputs, loss));
    }
  }
}
