import type { Task } from '@holdfast/contracts/metrics';
import type { ColumnEncoding } from './preprocessing/column-encoding.ts';

interface Table {
  rows: number;
  /** Features, before they are encoded. */
  columns: number;
  /** Classes, sigmoid outputs, or regression outputs. */
  outputs: number;
  /** rows × columns, row-major, unscaled, NaN where missing; may stand on a SharedArrayBuffer. */
  features: Float64Array;
  /** One for each column; absent or `null` where all are numbers with none missing. */
  encodings?: readonly ColumnEncoding[] | null;
}

/** Rows with targets: class indices (rows); 0 or 1 (rows × outputs); numbers in their own units (rows × outputs). */
export type LabelledRows =
  | (Table & { task: 'classification'; targets: Int32Array })
  | (Table & { task: 'binary'; targets: Uint8Array })
  | (Table & { task: 'regression'; targets: Float64Array });

/**
 * The rows that a search may see. There is no place in it for test rows, so nothing that takes one can look at
 * them.
 */
export type TrainingSet = LabelledRows;

/** Numbers in `targets` for each row. */
export function targetsPerRow({ task, outputs }: { task: Task; outputs: number }): number {
  return task === 'classification' ? 1 : outputs;
}

/** @throws RangeError naming the row and column, both from 0, where the data do not hold together. */
export function checkTrainingSet(data: TrainingSet): void {
  const { rows, columns, outputs, features, targets, task } = data;
  for (const [name, value] of Object.entries({ rows, columns, outputs }))
    if (!(Number.isInteger(value) && value > 0))
      throw new RangeError(`${name} must be a positive integer, not ${value}`);
  if (task === 'classification' && outputs < 2)
    throw new RangeError(`A classification needs 2 classes or more`);
  if (features.length !== rows * columns)
    throw new RangeError(`features must hold ${rows} × ${columns} numbers, not ${features.length}`);
  const perRow = targetsPerRow(data);
  if (targets.length !== rows * perRow)
    throw new RangeError(`targets must hold ${rows} × ${perRow} numbers, not ${targets.length}`);
  const { encodings = null } = data;
  if (encodings !== null && encodings.length !== columns)
    throw new RangeError(`encodings must be ${columns}, one for each column, not ${encodings.length}`);
  const mayMiss = (column: number): boolean => (encodings?.[column]?.missing ?? null) !== null;
  for (let i = 0; i < features.length; i++)
    if (!(Number.isFinite(features[i]) || (Number.isNaN(features[i]) && mayMiss(i % columns))))
      throw new RangeError(
        `features, row ${Math.floor(i / columns)}, column ${i % columns}: ${features[i]} is not finite`,
      );
  for (let i = 0; i < targets.length; i++) {
    const value = targets[i]!;
    const place = `targets, row ${Math.floor(i / perRow)}`;
    if (task === 'classification' && !(value >= 0 && value < outputs))
      throw new RangeError(`${place}: ${value} is not a class from 0 to ${outputs - 1}`);
    if (task === 'binary' && value > 1) throw new RangeError(`${place}: ${value} is neither 0 nor 1`);
    if (!Number.isFinite(value)) throw new RangeError(`${place}: ${value} is not finite`);
  }
}
