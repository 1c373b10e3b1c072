import { endRow, type Row } from './row.ts';

const round = Math.fround;

/** The largest float32: an activation that overflows stays finite, so that its product with 0 is 0. */
const LARGEST = 3.4028234663852886e38;
const finite = (value: number): number => (LARGEST < value ? LARGEST : value);

/**
 * ReLU and inverted dropout: the units with `z > 0` that `mask` keeps (all where it is `null`), times `scale`
 * = 1 / (1 − rate), at most the largest float32. A NaN is not above 0 and becomes 0.
 */
export function reluDropout(
  z: Float32Array,
  units: number,
  mask: Uint8Array | null,
  scale: number,
  output: Row,
): void {
  const { values, columns } = output;
  let count = 0;
  // `Number(…)` counts without a branch: which units are on cannot be predicted.
  if (mask === null) {
    for (let unit = 0; unit < units; unit++) {
      const value = z[unit]!;
      values[count] = finite(value);
      columns[count] = unit;
      count += Number(value > 0);
    }
  } else {
    for (let unit = 0; unit < units; unit++) {
      const value = z[unit]!;
      values[count] = finite(round(value * scale));
      columns[count] = unit;
      count += Number(value > 0) & mask[unit]!;
    }
  }
  endRow(output, count);
}
