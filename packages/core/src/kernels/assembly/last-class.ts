/**
 * A softmax head takes its sums relative to its last class, whose own sum is 0 then (../../layers/last-class.ts): in the
 * place of its weights and biases, SUM_WEIGHTS and SUM_BIASES hold the differences, in which the last column is 0.
 */
import {
  BIAS_GRADIENTS,
  BIASES,
  INPUTS,
  SUM_BIASES,
  SUM_WEIGHTS,
  UNITS,
  WEIGHT_GRADIENTS,
  WEIGHTS,
} from './plan.ts';

/** Brings the differences of a softmax head up to date. */
export function relativeToLastClass(layer: usize): void {
  const units = load<i32>(layer, UNITS);
  const rows = (load<i32>(layer, INPUTS) + 7) & ~7;
  subtractLast(load<usize>(layer, WEIGHTS), load<usize>(layer, SUM_WEIGHTS), units, rows);
  subtractLast(load<usize>(layer, BIASES), load<usize>(layer, SUM_BIASES), units, 1);
}

/** Panels [units / 8][rows][8], less the last unit's column; padding stays 0. */
function subtractLast(from: usize, to: usize, units: i32, rows: i32): void {
  const size = (<usize>rows) << 5;
  const last = from + columnOf(units - 1, size);
  for (let panel = 0; panel < (units + 7) >> 3; panel++) {
    const start = <usize>panel * size;
    const left = i32x4.splat(units - (panel << 3));
    const isUnit = i32x4.gt_s(left, i32x4(0, 1, 2, 3));
    const isUnitToo = i32x4.gt_s(left, i32x4(4, 5, 6, 7));
    for (let row: usize = 0; row < size; row += 32) {
      const at = start + row;
      const least = v128.load32_splat(last + row);
      v128.store(to + at, v128.and(f32x4.sub(v128.load(from + at), least), isUnit));
      v128.store(to + at, v128.and(f32x4.sub(v128.load(from + at, 16), least), isUnitToo), 16);
    }
  }
}

/** Where a unit's column begins in panels of `size` bytes. */
function columnOf(unit: i32, size: usize): usize {
  return <usize>(unit >> 3) * size + ((<usize>(unit & 7)) << 2);
}

/** The last class's gradients: minus the sum of the others', in the order of classes. */
export function lastClassGradients(layer: usize): void {
  const units = load<i32>(layer, UNITS);
  const rows = (load<i32>(layer, INPUTS) + 7) & ~7;
  balanceLast(load<usize>(layer, WEIGHT_GRADIENTS), units, rows);
  balanceLast(load<usize>(layer, BIAS_GRADIENTS), units, 1);
}

function balanceLast(gradients: usize, units: i32, rows: i32): void {
  const size = (<usize>rows) << 5;
  const last = gradients + columnOf(units - 1, size);
  for (let row: usize = 0; row < size; row += 32) {
    let sum: f32 = 0;
    for (let unit = 0; unit < units - 1; unit++) sum += load<f32>(gradients + columnOf(unit, size) + row);
    store<f32>(last + row, -sum);
  }
}
