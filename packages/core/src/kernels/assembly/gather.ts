import { PANEL_SIZE } from './plan.ts';

/**
 * Takes a block of rows from features that lie row by row (rows × panels · 8) into panels [panels][block rows][8].
 * Rows past the last one, up to a multiple of 4, are zeros.
 */
export function gatherRows(features: usize, order: usize, rows: i32, panels: i32, block: usize): void {
  const rowSize = (<usize>panels) << 5;
  for (let i = 0; i < rows; i++) {
    let from = features + <usize>load<u32>(order + ((<usize>i) << 2)) * rowSize;
    let to = block + ((<usize>i) << 5);
    for (let p = 0; p < panels; p++) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
      from += 32;
      to += PANEL_SIZE;
    }
  }
  const zero = i32x4.splat(0);
  for (let i = rows; (i & 3) !== 0; i++) {
    let to = block + ((<usize>i) << 5);
    for (let p = 0; p < panels; p++) {
      v128.store(to, zero);
      v128.store(to, zero, 16);
      to += PANEL_SIZE;
    }
  }
}

/** The same of rows with one or two features, each spread over a register, as few-inputs.ts takes them. */
export function gatherTwoInputs(features: usize, order: usize, rows: i32, block: usize): void {
  let to = block;
  for (let i = 0; i < rows; i++) {
    const from = features + ((<usize>load<u32>(order + ((<usize>i) << 2))) << 5);
    v128.store(to, v128.load32_splat(from));
    v128.store(to, v128.load32_splat(from, 4), 16);
    to += 32;
  }
  const zero = i32x4.splat(0);
  for (let i = rows; (i & 3) !== 0; i++) {
    v128.store(to, zero);
    v128.store(to, zero, 16);
    to += 32;
  }
}
