/**
 * One output panel of a matrix product: `out[row][j] = start[j] + Σ_k x[row][k] · w[k][j]` for 8 columns j and all
 * rows of a block. Forward, x are a layer's inputs and w its weights; backward, x are the gradients of its outputs
 * and w its transposed weights.
 *
 * Layout: x in panels [k / 8][block rows][8], w one panel [k][8], out one panel [rows][8]. A tile of 4 rows × 8
 * columns is held in 8 registers while k runs; for each k, two loads of w serve 4 rows, and each x is spread over a
 * register. Every output is one sum in the order of k, each product and each sum rounded: the columns beside it and
 * the rows below it are other sums, so the size of the tile changes no bit.
 * Source: Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34 (2008).
 */
export function multiplyPanel(
  x: usize,
  panelSize: usize,
  panels: i32,
  w: usize,
  start: usize,
  out: usize,
  rows: i32,
): void {
  const startLow = v128.load(start);
  const startHigh = v128.load(start, 16);
  for (let row = 0; row < rows; row += 4) {
    let low0 = startLow;
    let low1 = startLow;
    let low2 = startLow;
    let low3 = startLow;
    let high0 = startHigh;
    let high1 = startHigh;
    let high2 = startHigh;
    let high3 = startHigh;
    let xs = x + ((<usize>row) << 5);
    let ws = w;
    for (let panel = 0; panel < panels; panel++) {
      // k = 0 of this panel
      let low = v128.load(ws);
      let high = v128.load(ws, 16);
      let value = v128.load32_splat(xs);
      low0 = f32x4.add(low0, f32x4.mul(value, low));
      high0 = f32x4.add(high0, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 32);
      low1 = f32x4.add(low1, f32x4.mul(value, low));
      high1 = f32x4.add(high1, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 64);
      low2 = f32x4.add(low2, f32x4.mul(value, low));
      high2 = f32x4.add(high2, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 96);
      low3 = f32x4.add(low3, f32x4.mul(value, low));
      high3 = f32x4.add(high3, f32x4.mul(value, high));
      // k = 1 of this panel
      low = v128.load(ws, 32);
      high = v128.load(ws, 48);
      value = v128.load32_splat(xs, 4);
      low0 = f32x4.add(low0, f32x4.mul(value, low));
      high0 = f32x4.add(high0, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 36);
      low1 = f32x4.add(low1, f32x4.mul(value, low));
      high1 = f32x4.add(high1, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 68);
      low2 = f32x4.add(low2, f32x4.mul(value, low));
      high2 = f32x4.add(high2, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 100);
      low3 = f32x4.add(low3, f32x4.mul(value, low));
      high3 = f32x4.add(high3, f32x4.mul(value, high));
      // k = 2 of this panel
      low = v128.load(ws, 64);
      high = v128.load(ws, 80);
      value = v128.load32_splat(xs, 8);
      low0 = f32x4.add(low0, f32x4.mul(value, low));
      high0 = f32x4.add(high0, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 40);
      low1 = f32x4.add(low1, f32x4.mul(value, low));
      high1 = f32x4.add(high1, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 72);
      low2 = f32x4.add(low2, f32x4.mul(value, low));
      high2 = f32x4.add(high2, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 104);
      low3 = f32x4.add(low3, f32x4.mul(value, low));
      high3 = f32x4.add(high3, f32x4.mul(value, high));
      // k = 3 of this panel
      low = v128.load(ws, 96);
      high = v128.load(ws, 112);
      value = v128.load32_splat(xs, 12);
      low0 = f32x4.add(low0, f32x4.mul(value, low));
      high0 = f32x4.add(high0, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 44);
      low1 = f32x4.add(low1, f32x4.mul(value, low));
      high1 = f32x4.add(high1, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 76);
      low2 = f32x4.add(low2, f32x4.mul(value, low));
      high2 = f32x4.add(high2, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 108);
      low3 = f32x4.add(low3, f32x4.mul(value, low));
      high3 = f32x4.add(high3, f32x4.mul(value, high));
      // k = 4 of this panel
      low = v128.load(ws, 128);
      high = v128.load(ws, 144);
      value = v128.load32_splat(xs, 16);
      low0 = f32x4.add(low0, f32x4.mul(value, low));
      high0 = f32x4.add(high0, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 48);
      low1 = f32x4.add(low1, f32x4.mul(value, low));
      high1 = f32x4.add(high1, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 80);
      low2 = f32x4.add(low2, f32x4.mul(value, low));
      high2 = f32x4.add(high2, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 112);
      low3 = f32x4.add(low3, f32x4.mul(value, low));
      high3 = f32x4.add(high3, f32x4.mul(value, high));
      // k = 5 of this panel
      low = v128.load(ws, 160);
      high = v128.load(ws, 176);
      value = v128.load32_splat(xs, 20);
      low0 = f32x4.add(low0, f32x4.mul(value, low));
      high0 = f32x4.add(high0, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 52);
      low1 = f32x4.add(low1, f32x4.mul(value, low));
      high1 = f32x4.add(high1, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 84);
      low2 = f32x4.add(low2, f32x4.mul(value, low));
      high2 = f32x4.add(high2, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 116);
      low3 = f32x4.add(low3, f32x4.mul(value, low));
      high3 = f32x4.add(high3, f32x4.mul(value, high));
      // k = 6 of this panel
      low = v128.load(ws, 192);
      high = v128.load(ws, 208);
      value = v128.load32_splat(xs, 24);
      low0 = f32x4.add(low0, f32x4.mul(value, low));
      high0 = f32x4.add(high0, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 56);
      low1 = f32x4.add(low1, f32x4.mul(value, low));
      high1 = f32x4.add(high1, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 88);
      low2 = f32x4.add(low2, f32x4.mul(value, low));
      high2 = f32x4.add(high2, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 120);
      low3 = f32x4.add(low3, f32x4.mul(value, low));
      high3 = f32x4.add(high3, f32x4.mul(value, high));
      // k = 7 of this panel
      low = v128.load(ws, 224);
      high = v128.load(ws, 240);
      value = v128.load32_splat(xs, 28);
      low0 = f32x4.add(low0, f32x4.mul(value, low));
      high0 = f32x4.add(high0, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 60);
      low1 = f32x4.add(low1, f32x4.mul(value, low));
      high1 = f32x4.add(high1, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 92);
      low2 = f32x4.add(low2, f32x4.mul(value, low));
      high2 = f32x4.add(high2, f32x4.mul(value, high));
      value = v128.load32_splat(xs, 124);
      low3 = f32x4.add(low3, f32x4.mul(value, low));
      high3 = f32x4.add(high3, f32x4.mul(value, high));
      xs += panelSize;
      ws += 256;
    }
    const to = out + ((<usize>row) << 5);
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
