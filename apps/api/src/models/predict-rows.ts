import { setImmediate as nextTurn } from 'node:timers/promises';
import { toJsonPointer } from '@holdfast/contracts/json-pointer';
import type { Prediction } from '@holdfast/contracts/predictions';
import { largestOutput } from '@holdfast/core/layers/head';
import { FeatureRangeError, predict, type TrainedModel } from '@holdfast/core/training/trained-model';
import type { ModelDescription } from '@holdfast/db/models';
import { ProblemError } from '../problem-error.ts';
import type { FeatureRows } from './read-rows.ts';

/** Multiply-adds, and rows, between two turns of the event loop: some 5 ms. */
const workInOneGo = 10_000_000;
const rowsInOneGo = 500;

/**
 * Predictions in the order of the rows; other requests are answered in between.
 * @throws ProblemError `invalid-rows` for a row that float32 cannot hold once scaled
 */
export async function predictRows(
  { features: columns, target, classes }: Pick<ModelDescription, 'features' | 'target' | 'classes'>,
  model: TrainedModel,
  { rows, features }: FeatureRows,
): Promise<Prediction[]> {
  const atOnce = Math.max(1, Math.min(rowsInOneGo, Math.floor(workInOneGo / model.parameters.length)));
  const width = columns.length;
  const predictions: Prediction[] = [];
  for (let from = 0; from < rows; from += atOnce) {
    const to = Math.min(rows, from + atOnce);
    const values = predictSlice(model, features.subarray(from * width, to * width), from, columns);
    for (let row = 0; row < to - from; row++)
      predictions.push(describe(model, values, row * model.outputs, { target, classes }));
    await nextTurn();
  }
  return predictions;
}

function predictSlice(
  model: TrainedModel,
  features: Float64Array,
  from: number,
  columns: ModelDescription['features'],
): Float64Array {
  try {
    return predict(model, features, features.length / columns.length);
  } catch (error) {
    if (!(error instanceof FeatureRangeError)) throw error;
    const place = { row: from + error.row, column: columns[error.column]!.name };
    const message = 'is too far from all training rows to be scaled: beyond 3.4e38';
    throw new ProblemError('invalid-rows', `Row ${place.row}, ${JSON.stringify(place.column)}: ${message}`, {
      errors: [{ pointer: toJsonPointer(['rows', place.row, place.column]), message }],
      cause: error,
    });
  }
}

function describe(
  { task, outputs }: TrainedModel,
  values: Float64Array,
  offset: number,
  { target, classes }: Pick<ModelDescription, 'target' | 'classes'>,
): Prediction {
  const named = <T>(names: readonly string[], value: (output: number) => T): Record<string, T> =>
    Object.fromEntries(names.map((name, output) => [name, value(output)]));
  const outputAt = (output: number): number => values[offset + output]!;
  switch (task) {
    case 'classification':
      return {
        label: classes[largestOutput(values, offset, outputs)]!,
        probabilities: named(classes, outputAt),
      };
    case 'binary':
      return {
        label: named(target, (output) => Number(outputAt(output) > 0.5)),
        probabilities: named(target, outputAt),
      };
    case 'regression':
      return { value: outputs === 1 ? outputAt(0) : named(target, outputAt) };
  }
}
