import type { TrainingRows } from '@holdfast/db/datasets';
import type { AssembledDataset } from './assemble-dataset.ts';

/** Copies the rows named, in that order: features row by row, as training reads them. */
export function gatherRows(data: AssembledDataset, rows: Int32Array): TrainingRows {
  const columns = data.columns.length;
  const features = new Float64Array(rows.length * columns);
  for (const [column, values] of data.columns.entries()) {
    for (let row = 0; row < rows.length; row++) features[row * columns + column] = values[rows[row]!]!;
  }
  const perRow = data.targets.length / data.rows;
  const targets = new (data.targets.constructor as Float64ArrayConstructor)(rows.length * perRow);
  for (let row = 0; row < rows.length; row++) {
    for (let i = 0; i < perRow; i++) targets[row * perRow + i] = data.targets[rows[row]! * perRow + i]!;
  }
  const { groups, times } = data;
  return {
    rows: rows.length,
    columns,
    features,
    targets: targets as TrainingRows['targets'],
    groups: groups && Int32Array.from(rows, (row) => groups[row]!),
    times: times && Float64Array.from(rows, (row) => times[row]!),
  };
}

/** Overwrites every number with 0. */
export function wipeRows(rows: TrainingRows): void {
  rows.features.fill(0);
  rows.targets.fill(0);
  rows.groups?.fill(0);
  rows.times?.fill(0);
}

/**
 * Likewise all rows of a data set, test rows among them, and gives their memory back: whoever still holds a column of the file finds
 * it empty.
 */
export function wipeDataset(data: AssembledDataset): void {
  for (const values of [...data.columns, data.targets, data.groups, data.times]) {
    // Empty: it was given back before.
    if (values === null || values.length === 0) continue;
    values.fill(0);
    const { buffer } = values;
    // What is transferred is gone here, and nobody keeps what it became.
    if (buffer instanceof ArrayBuffer) structuredClone(buffer, { transfer: [buffer] });
  }
}
