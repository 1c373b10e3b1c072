import { shuffle } from '@holdfast/numeric/shuffle';
import type { Stream } from '@holdfast/numeric/stream';

/** Row indices by label, labels ascending, rows ascending within each. */
export function rowsByLabel(labels: ArrayLike<number>): Map<number, number[]> {
  const strata = new Map<number, number[]>();
  for (let row = 0; row < labels.length; row++) {
    const rows = strata.get(labels[row]!);
    if (rows === undefined) strata.set(labels[row]!, [row]);
    else rows.push(row);
  }
  return new Map([...strata].sort(([a], [b]) => a - b));
}

/**
 * How many rows each stratum gives so that `total` come together: each its whole quota, then one more for the
 * largest remainders (the earlier stratum wins a tie), and never its last row.
 */
function allocate(sizes: readonly number[], total: number): number[] {
  const all = sizes.reduce((a, b) => a + b, 0);
  const quotas = sizes.map((size) => (size * total) / all);
  const counts = quotas.map((quota, i) => Math.min(Math.floor(quota), sizes[i]! - 1));
  const byRemainder = quotas
    .map((quota, i) => ({ i, remainder: quota - counts[i]! }))
    .sort((a, b) => b.remainder - a.remainder || a.i - b.i);
  let missing = total - counts.reduce((a, b) => a + b, 0);
  for (const { i } of byRemainder) {
    if (missing <= 0) break;
    if (counts[i]! + 1 < sizes[i]!) {
      counts[i]! += 1;
      missing--;
    }
  }
  return counts;
}

/**
 * Draws `round(fraction · rows)` rows, at least one and never all, at random; with labels, each label's share
 * is kept within one row, and a label never gives its only row.
 * @returns 1 for each row that was drawn, else 0
 * @throws RangeError with fewer than two rows, or where every label has one row
 */
export function chooseFraction(
  rows: number,
  fraction: number,
  labels: ArrayLike<number> | null,
  stream: Stream,
): Uint8Array {
  if (rows < 2) throw new RangeError(`A share can be drawn from two rows or more, not from ${rows}`);
  if (!(fraction > 0 && fraction < 1))
    throw new RangeError(`fraction must be between 0 and 1, not ${fraction}`);
  const total = Math.min(rows - 1, Math.max(1, Math.round(rows * fraction)));
  const chosen = new Uint8Array(rows);
  // One shuffle serves all strata: a stratum's rows come in its order, which is uniform among them.
  const order = shuffle(
    Int32Array.from({ length: rows }, (_, row) => row),
    stream,
  );
  if (labels === null) {
    for (const row of order.subarray(0, total)) chosen[row] = 1;
    return chosen;
  }
  const strata = rowsByLabel(labels);
  const counts = allocate(
    [...strata.values()].map(({ length }) => length),
    total,
  );
  const left = new Map([...strata.keys()].map((label, i) => [label, counts[i]!]));
  let drawn = 0;
  for (const row of order) {
    const wanted = left.get(labels[row]!)!;
    if (wanted === 0) continue;
    left.set(labels[row]!, wanted - 1);
    chosen[row] = 1;
    drawn++;
  }
  if (drawn === 0)
    throw new RangeError('No share can be drawn that leaves every class a row; give more rows');
  return chosen;
}
