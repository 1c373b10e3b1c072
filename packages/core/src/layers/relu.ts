import { endRow, type Row } from './row.ts';

/** The largest float32: an activation that overflows stays finite, so that its product with 0 is 0. */
const LARGEST = 3.4028234663852886e38;

/**
 * ReLU and dropout: the units with `z > 0` that `mask` keeps (all where it is `null`), at most the largest float32. A
 * NaN is not above 0 and becomes 0. The factor of what dropout keeps is taken by the sums of the next layer.
 */
export function reluDropout(z: Float32Array, units: number, mask: Uint8Array | null, output: Row): void {
  const { values, columns } = output;
  let count = 0;
  for (let unit = 0; unit < units; unit++) {
    const value = z[unit]!;
    values[count] = LARGEST < value ? LARGEST : value;
    columns[count] = unit;
    // `Number(…)` counts without a branch: which units are on cannot be predicted.
    count += Number(value > 0) & (mask === null ? 1 : mask[unit]!);
  }
  endRow(output, count);
}
