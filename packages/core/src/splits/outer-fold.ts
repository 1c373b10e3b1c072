import { type TrainingSet, targetsPerRow } from '../training-set.ts';
import { OUTSIDE } from './fold-rows.ts';

/**
 * The folds of an inner search over all rows: those of its own rows where they lie, `OUTSIDE` elsewhere.
 * @param inner the fold of each of the search's own rows
 * @param rows which those are, ascending
 * @param total of all rows
 */
export function placeAssignment(inner: Uint16Array, rows: Int32Array, total: number): Uint16Array {
  const placed = new Uint16Array(total).fill(OUTSIDE);
  rows.forEach((row, at) => {
    placed[row] = inner[at]!;
  });
  return placed;
}

/**
 * The reverse of `placeAssignment`.
 * @returns `rows` is `null` where none is outside: the search is made from all
 */
export function takeAssignment(placed: readonly Uint16Array[]): {
  rows: Int32Array | null;
  assignments: Uint16Array[];
} {
  const rows: number[] = [];
  placed[0]?.forEach((fold, row) => {
    if (fold !== OUTSIDE) rows.push(row);
  });
  if (rows.length === (placed[0]?.length ?? 0)) return { rows: null, assignments: [...placed] };
  return {
    rows: Int32Array.from(rows),
    assignments: placed.map((assignment) => Uint16Array.from(rows, (row) => assignment[row]!)),
  };
}

/** Some rows of a data set, copied into shared memory: what is made from them cannot look at the others. */
export function takeRows(data: TrainingSet, rows: Int32Array): TrainingSet {
  const { columns } = data;
  const features = new Float64Array(new SharedArrayBuffer(rows.length * columns * 8));
  rows.forEach((row, at) => {
    features.set(data.features.subarray(row * columns, (row + 1) * columns), at * columns);
  });
  const { outputs, encodings = null } = data;
  const table = { rows: rows.length, columns, outputs, features, encodings };
  switch (data.task) {
    case 'classification':
      return { ...table, task: data.task, targets: take(data, data.targets, rows, Int32Array) };
    case 'binary':
      return { ...table, task: data.task, targets: take(data, data.targets, rows, Uint8Array) };
    case 'regression':
      return { ...table, task: data.task, targets: take(data, data.targets, rows, Float64Array) };
  }
}

function take<Targets extends Int32Array | Uint8Array | Float64Array>(
  data: TrainingSet,
  targets: Targets,
  rows: Int32Array,
  Kind: { new (buffer: SharedArrayBuffer): Targets; BYTES_PER_ELEMENT: number },
): Targets {
  const perRow = targetsPerRow(data);
  const taken = new Kind(new SharedArrayBuffer(rows.length * perRow * Kind.BYTES_PER_ELEMENT));
  rows.forEach((row, at) => {
    taken.set(targets.subarray(row * perRow, (row + 1) * perRow), at * perRow);
  });
  return taken;
}
