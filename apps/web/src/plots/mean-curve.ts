type Curve = readonly (readonly [epoch: number, value: number | null])[];

/** The mean over the folds that have a value at an epoch; ends where only some folds went on (early stopping). */
export function meanCurve(folds: readonly Curve[]): [number, number][] {
  const sums = new Map<number, { sum: number; count: number }>();
  for (const fold of folds) {
    for (const [epoch, value] of fold) {
      if (value === null) continue;
      const at = sums.get(epoch) ?? { sum: 0, count: 0 };
      at.sum += value;
      at.count++;
      sums.set(epoch, at);
    }
  }
  return [...sums]
    .filter(([, { count }]) => count === folds.length)
    .sort(([a], [b]) => a - b)
    .map(([epoch, { sum, count }]) => [epoch, sum / count]);
}
