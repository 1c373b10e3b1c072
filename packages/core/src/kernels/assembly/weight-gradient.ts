import { PANEL_SIZE } from './plan.ts';

/**
 * Adds a block's rows to one panel of a layer's weight gradients, `dw[k][j] += Σ_row x[row][k] · dz[row][j]`.
 *
 * Layout: x in panels [inputs / 8][block rows][8], dz one panel [rows][8], dw one panel [inputs, padded to 8][8]. A
 * tile of 4 inputs × 8 units is held in 8 registers while the rows run past. It is the product of multiply-panel.ts
 * with x transposed, which costs nothing here since a row's 4 inputs lie side by side. Every gradient is one sum
 * over the rows in order: it starts at what the blocks before have left.
 */
export function addWeightGradients(x: usize, panels: i32, dz: usize, dw: usize, rows: i32): void {
  for (let tile = 0; tile < panels << 1; tile++) {
    let xs = x + <usize>(tile >> 1) * PANEL_SIZE + ((<usize>(tile & 1)) << 4);
    let zs = dz;
    const to = dw + ((<usize>tile) << 7);
    let low0 = v128.load(to);
    let high0 = v128.load(to, 16);
    let low1 = v128.load(to, 32);
    let high1 = v128.load(to, 48);
    let low2 = v128.load(to, 64);
    let high2 = v128.load(to, 80);
    let low3 = v128.load(to, 96);
    let high3 = v128.load(to, 112);
    // One row a round, from the last input to the first: see multiply-panel.ts.
    const end = zs + ((<usize>rows) << 5);
    do {
      const low = v128.load(zs);
      const high = v128.load(zs, 16);
      const x0 = v128.load32_splat(xs);
      const x1 = v128.load32_splat(xs, 4);
      const x2 = v128.load32_splat(xs, 8);
      const x3 = v128.load32_splat(xs, 12);
      high3 = f32x4.add(high3, f32x4.mul(high, x3));
      low3 = f32x4.add(low3, f32x4.mul(low, x3));
      high2 = f32x4.add(high2, f32x4.mul(high, x2));
      low2 = f32x4.add(low2, f32x4.mul(low, x2));
      high1 = f32x4.add(high1, f32x4.mul(high, x1));
      low1 = f32x4.add(low1, f32x4.mul(low, x1));
      high0 = f32x4.add(high0, f32x4.mul(high, x0));
      low0 = f32x4.add(low0, f32x4.mul(low, x0));
      xs += 32;
      zs += 32;
    } while (zs < end);
    v128.store(to, low0);
    v128.store(to, high0, 16);
    v128.store(to, low1, 32);
    v128.store(to, high1, 48);
    v128.store(to, low2, 64);
    v128.store(to, high2, 80);
    v128.store(to, low3, 96);
    v128.store(to, high3, 112);
  }
}
