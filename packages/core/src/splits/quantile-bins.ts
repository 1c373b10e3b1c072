/** More would leave a fold's share of a bin to chance. */
const mostBins = 10;

/**
 * What a regression is stratified by: bins of the target with about as many rows each, up to 10 and each of `folds`
 * rows or more; equal targets share a bin. With several outputs the first decides. Numbered by value.
 * @param targets rows × outputs
 */
export function quantileBins(targets: Float64Array, outputs: number, folds: number): Int32Array {
  const rows = targets.length / outputs;
  const value = (row: number): number => targets[row * outputs]!;
  const order = Int32Array.from({ length: rows }, (_, row) => row).sort(
    (a, b) => value(a) - value(b) || a - b,
  );
  const bins = Math.max(1, Math.min(mostBins, Math.floor(rows / Math.max(1, folds))));
  const size = rows / bins;
  const result = new Int32Array(rows);
  let bin = 0;
  let from = 0;
  for (let at = 0; at < rows; at++) {
    const full = at - from >= folds && at >= (bin + 1) * size && rows - at >= folds;
    if (full && value(order[at]!) !== value(order[at - 1]!)) {
      bin++;
      from = at;
    }
    result[order[at]!] = bin;
  }
  return result;
}
