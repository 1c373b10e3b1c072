import { shuffle } from '@holdfast/numeric/shuffle';
import type { Stream } from '@holdfast/numeric/stream';

/**
 * Deals whole groups to folds, largest group first (equal sizes in shuffled order), each to the fold where it
 * adds least to `Σ_c (rows of label c in the fold / rows of label c)²`, then to the fold with the fewest rows,
 * then to the first. With one label this evens out the sizes alone; with several, the label shares too.
 * @returns the fold of each row
 * @throws RangeError with fewer groups than folds
 */
export function dealGroups(
  groups: ArrayLike<number>,
  labels: ArrayLike<number> | null,
  folds: number,
  stream: Stream,
): Uint16Array {
  const rows = groups.length;
  const labelTotals = new Map<number, number>();
  const members = new Map<number, { rows: number[]; labels: Map<number, number> }>();
  for (let row = 0; row < rows; row++) {
    const label = labels === null ? 0 : labels[row]!;
    labelTotals.set(label, (labelTotals.get(label) ?? 0) + 1);
    let group = members.get(groups[row]!);
    if (group === undefined) members.set(groups[row]!, (group = { rows: [], labels: new Map() }));
    group.rows.push(row);
    group.labels.set(label, (group.labels.get(label) ?? 0) + 1);
  }
  if (members.size < folds)
    throw new RangeError(
      `There are ${members.size} groups for ${folds} folds; ask for ${members.size} folds or fewer`,
    );
  const order = shuffle([...members.values()], stream).sort((a, b) => b.rows.length - a.rows.length);
  const shares = Array.from({ length: folds }, () => new Map<number, number>());
  const sizes = new Array<number>(folds).fill(0);
  const result = new Uint16Array(rows);
  for (const group of order) {
    let best = 0;
    let bestCost = Number.POSITIVE_INFINITY;
    for (let fold = 0; fold < folds; fold++) {
      let cost = 0;
      for (const [label, count] of group.labels) {
        const before = shares[fold]!.get(label) ?? 0;
        const total = labelTotals.get(label)!;
        cost += ((2 * before + count) * count) / (total * total);
      }
      if (cost < bestCost || (cost === bestCost && sizes[fold]! < sizes[best]!)) {
        best = fold;
        bestCost = cost;
      }
    }
    for (const row of group.rows) result[row] = best;
    for (const [label, count] of group.labels)
      shares[best]!.set(label, (shares[best]!.get(label) ?? 0) + count);
    sizes[best]! += group.rows.length;
  }
  return result;
}
