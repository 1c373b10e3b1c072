/**
 * One column of four rows that lie below each other in a panel [rows][8]: heads work on four rows at once, a lane
 * each, and take their outputs one after the other, so that each row's sums are in order.
 */
import { PANEL_SIZE } from './plan.ts';

/** Address of column `j` at `row`, in panels [units / 8][block rows][8]. */
export function columnAddress(panels: usize, row: i32, j: i32): usize {
  return panels + <usize>(j >> 3) * PANEL_SIZE + ((<usize>row) << 5) + ((<usize>(j & 7)) << 2);
}

export function loadColumn(at: usize): v128 {
  let column = v128.load32_zero(at);
  column = v128.load32_lane(at, column, 1, 32);
  column = v128.load32_lane(at, column, 2, 64);
  return v128.load32_lane(at, column, 3, 96);
}

export function storeColumn(at: usize, column: v128): void {
  v128.store32_lane(at, column, 0);
  v128.store32_lane(at, column, 1, 32);
  v128.store32_lane(at, column, 2, 64);
  v128.store32_lane(at, column, 3, 96);
}
