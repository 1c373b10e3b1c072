import type { ColumnEncoding } from './column-encoding.ts';

/**
 * What missing values of a column become, from the given rows alone. The median of an even number of values is the
 * mean of the middle two; of values equally frequent the smallest is taken; a category of its own has the
 * code after the last. With no value in these rows it is 0 (or the first category).
 * @param values row-major, any number of rows × columns; NaN is missing
 */
export function fillValue(
  { kind, categories, missing }: ColumnEncoding,
  values: Float64Array,
  columns: number,
  column: number,
  rows: Int32Array,
): number {
  if (kind === 'category') {
    if (missing === 'ownCategory') return categories;
    return mostFrequentCode(values, columns, column, rows, categories);
  }
  if (kind === 'boolean') return mostFrequentCode(values, columns, column, rows, 2);
  const present = new Float64Array(rows.length);
  let count = 0;
  for (let i = 0; i < rows.length; i++) {
    const value = values[rows[i]! * columns + column]!;
    // −0 is 0: the order of the two must not matter.
    if (!Number.isNaN(value)) present[count++] = value + 0;
  }
  if (count === 0) return 0;
  const sorted = present.subarray(0, count).sort();
  return missing === 'mostFrequent' ? mostFrequent(sorted) : median(sorted);
}

function median(sorted: Float64Array): number {
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle]!;
  // Halved first: the sum of two huge numbers would be infinite.
  return sorted[middle - 1]! / 2 + sorted[middle]! / 2;
}

function mostFrequent(sorted: Float64Array): number {
  let best = sorted[0]!;
  let bestCount = 0;
  for (let from = 0, to = 0; from < sorted.length; from = to) {
    while (to < sorted.length && sorted[to] === sorted[from]) to++;
    if (to - from > bestCount) {
      best = sorted[from]!;
      bestCount = to - from;
    }
  }
  return best;
}

/** The lowest code wins a tie. */
function mostFrequentCode(
  values: Float64Array,
  columns: number,
  column: number,
  rows: Int32Array,
  codes: number,
): number {
  const counts = new Int32Array(Math.max(1, codes));
  for (let i = 0; i < rows.length; i++) {
    const code = values[rows[i]! * columns + column]!;
    if (code >= 0 && code < codes) counts[code]! += 1;
  }
  return counts.indexOf(counts.reduce((most, count) => Math.max(most, count), 0));
}
