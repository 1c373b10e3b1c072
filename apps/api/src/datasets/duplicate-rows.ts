import type { TrainingRows } from '@holdfast/db/datasets';

/**
 * How many rows of `test` stand in `training` too: all features and targets the same number, or
 * both missing. Groups and times do
 * not count. Linear in the rows of both.
 */
export function countDuplicates(training: TrainingRows, test: TrainingRows): number {
  const perRow = test.rows === 0 ? 0 : test.targets.length / test.rows;
  /** Different test rows by their hash, with how often each stands there. */
  const buckets = new Map<number, { row: number; times: number }[]>();
  for (let row = 0; row < test.rows; row++) {
    const hash = hashRow(test, row, perRow);
    const bucket = buckets.get(hash);
    const same = bucket?.find((entry) => equalRows(test, entry.row, test, row, perRow));
    if (same) same.times++;
    else if (bucket) bucket.push({ row, times: 1 });
    else buckets.set(hash, [{ row, times: 1 }]);
  }
  let duplicates = 0;
  for (let row = 0; row < training.rows; row++) {
    const bucket = buckets.get(hashRow(training, row, perRow));
    if (!bucket) continue;
    const found = bucket.findIndex((entry) => equalRows(test, entry.row, training, row, perRow));
    if (found === -1) continue;
    duplicates += bucket[found]!.times;
    bucket.splice(found, 1);
  }
  return duplicates;
}

const number = new Float64Array(1);
const halves = new Uint32Array(number.buffer);

/** FNV-1a over the 32-bit halves of a row's numbers. */
function hashRow(data: TrainingRows, row: number, perRow: number): number {
  let hash = 0x811c9dc5;
  const mix = (value: number) => {
    // −0 and 0 are equal, so they hash alike; so do all NaN, which stand for missing values.
    number[0] = Number.isNaN(value) ? Number.NaN : value + 0;
    hash = Math.imul(hash ^ halves[0]!, 0x01000193);
    hash = Math.imul(hash ^ halves[1]! ^ (hash >>> 15), 0x01000193);
  };
  for (let i = 0; i < data.columns; i++) mix(data.features[row * data.columns + i]!);
  for (let i = 0; i < perRow; i++) mix(data.targets[row * perRow + i]!);
  return hash;
}

function equalRows(a: TrainingRows, rowA: number, b: TrainingRows, rowB: number, perRow: number): boolean {
  for (let i = 0; i < a.columns; i++) {
    const [left, right] = [a.features[rowA * a.columns + i]!, b.features[rowB * a.columns + i]!];
    if (left !== right && !(Number.isNaN(left) && Number.isNaN(right))) return false;
  }
  for (let i = 0; i < perRow; i++) {
    if (a.targets[rowA * perRow + i] !== b.targets[rowB * perRow + i]) return false;
  }
  return true;
}
