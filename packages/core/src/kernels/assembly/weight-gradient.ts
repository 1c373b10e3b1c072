/**
 * Adds a block's rows to one panel of a layer's weight gradients, `dw[k][j] += Σ_row x[row][k] · dz[row][j]`.
 *
 * Layout: x in panels [inputs / 8][block rows][8], dz one panel [rows][8], dw one panel [inputs, padded to 8][8]. A
 * tile of 4 inputs × 8 units is held in 8 registers while the rows run past. It is the product of multiply-panel.ts
 * with x transposed, which costs nothing here since a row's 4 inputs lie side by side. Every gradient is one sum
 * over the rows in order: it starts at what the blocks before have left.
 */
export function addWeightGradients(
  x: usize,
  panelSize: usize,
  panels: i32,
  dz: usize,
  dw: usize,
  rows: i32,
): void {
  for (let tile = 0; tile < panels << 1; tile++) {
    let xs = x + <usize>(tile >> 1) * panelSize + ((<usize>(tile & 1)) << 4);
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
    // Rows come in fours; those past the last one have dz = 0.
    for (let row = 0; row < rows; row += 4) {
      let low = v128.load(zs);
      let high = v128.load(zs, 16);
      let value = v128.load32_splat(xs);
      low0 = f32x4.add(low0, f32x4.mul(value, low));
      high0 = f32x4.add(high0, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 4);
      low1 = f32x4.add(low1, f32x4.mul(value, low));
      high1 = f32x4.add(high1, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 8);
      low2 = f32x4.add(low2, f32x4.mul(value, low));
      high2 = f32x4.add(high2, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 12);
      low3 = f32x4.add(low3, f32x4.mul(value, low));
      high3 = f32x4.add(high3, f32x4.mul(value, high));
      low = v128.load(zs, 32);
      high = v128.load(zs, 48);
      value = v128.load32_splat(xs, 32);
      low0 = f32x4.add(low0, f32x4.mul(value, low));
      high0 = f32x4.add(high0, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 36);
      low1 = f32x4.add(low1, f32x4.mul(value, low));
      high1 = f32x4.add(high1, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 40);
      low2 = f32x4.add(low2, f32x4.mul(value, low));
      high2 = f32x4.add(high2, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 44);
      low3 = f32x4.add(low3, f32x4.mul(value, low));
      high3 = f32x4.add(high3, f32x4.mul(value, high));
      low = v128.load(zs, 64);
      high = v128.load(zs, 80);
      value = v128.load32_splat(xs, 64);
      low0 = f32x4.add(low0, f32x4.mul(value, low));
      high0 = f32x4.add(high0, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 68);
      low1 = f32x4.add(low1, f32x4.mul(value, low));
      high1 = f32x4.add(high1, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 72);
      low2 = f32x4.add(low2, f32x4.mul(value, low));
      high2 = f32x4.add(high2, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 76);
      low3 = f32x4.add(low3, f32x4.mul(value, low));
      high3 = f32x4.add(high3, f32x4.mul(value, high));
      low = v128.load(zs, 96);
      high = v128.load(zs, 112);
      value = v128.load32_splat(xs, 96);
      low0 = f32x4.add(low0, f32x4.mul(value, low));
      high0 = f32x4.add(high0, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 100);
      low1 = f32x4.add(low1, f32x4.mul(value, low));
      high1 = f32x4.add(high1, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 104);
      low2 = f32x4.add(low2, f32x4.mul(value, low));
      high2 = f32x4.add(high2, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 108);
      low3 = f32x4.add(low3, f32x4.mul(value, low));
      high3 = f32x4.add(high3, f32x4.mul(value, high));
      xs += 128;
      zs += 128;
    }
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
