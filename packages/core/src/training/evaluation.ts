import type { Scores } from '@holdfast/contracts/metrics';
import { metricsOf } from '@holdfast/contracts/metrics';
import type { Targets } from '../kernels/engine.ts';
import { lossAndAccuracy } from '../losses/loss-and-accuracy.ts';
import { type Scored, scoreBinary, scoreClassification } from '../metrics/score-classes.ts';
import { scoreRegression } from '../metrics/score-regression.ts';
import { type FeaturePipeline, transformFeatures } from '../preprocessing/feature-pipeline.ts';
import { applyScaler, type FittedScaler, invertScaler } from '../preprocessing/scaler.ts';
import { type TrainingSet, targetsPerRow } from '../training-set.ts';
import { allFinite } from './all-finite.ts';

/** Rows of a training set made ready for a network: scaled features, and targets as the engine takes them. */
export interface PreparedRows {
  rows: Int32Array;
  features: Float32Array;
  targets: Targets;
}

export function prepareRows(
  data: TrainingSet,
  rows: Int32Array,
  pipeline: FeaturePipeline,
  targetScaler: FittedScaler | null,
): PreparedRows {
  const features = transformFeatures(pipeline, data.features, rows);
  checkScaled(features, pipeline.scaler.scale.length, rows);
  return { rows, features, targets: prepareTargets(data, rows, targetScaler) };
}

/** As the engine takes them; a regression's are standardised. */
export function prepareTargets(
  data: TrainingSet,
  rows: Int32Array,
  targetScaler: FittedScaler | null,
): Targets {
  if (data.task === 'regression') return applyScaler(targetScaler!, data.targets, rows);
  const perRow = targetsPerRow(data);
  if (data.task === 'classification')
    return selectRows(data.targets, perRow, rows, new Int32Array(rows.length));
  return selectRows(data.targets, perRow, rows, new Uint8Array(rows.length * perRow));
}

/** @throws RangeError naming row and column, both from 0, where an input is missing, or beyond float32 */
function checkScaled(features: Float32Array, columns: number, rows: Int32Array): void {
  if (allFinite(features)) return;
  const i = features.findIndex((value) => !Number.isFinite(value));
  if (Number.isNaN(features[i]))
    throw new RangeError(
      `features, row ${rows[Math.floor(i / columns)]}, input ${i % columns}: is missing where no row of the data set was said to be`,
    );
  throw new RangeError(
    `features, row ${rows[Math.floor(i / columns)]}, column ${i % columns}: is beyond 3.4e38 once scaled; choose a scaler that brings it into range`,
  );
}

/** Copies the given rows of `values` (any number of rows × width) into `selected`. */
export function selectRows<T extends Int32Array | Uint8Array | Float32Array | Float64Array>(
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
      const head = { activation: 'linear', units: data.outputs } as const;
      const { loss } = lossAndAccuracy(head, prepared.targets, predictions);
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
