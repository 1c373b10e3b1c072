import { PANEL_SIZE } from './plan.ts';

/** Inner dimension that is taken in one go: a multiple of 8. */
const STRETCH = 256;

/**
 * One output panel of a matrix product: `out[row][j] = start[j] + Σ_k x[row][k] · w[k][j]` for 8 columns j and all
 * rows of a block. Forward, x are a layer's inputs and w its weights; backward, x are the gradients of its outputs
 * and w its transposed weights.
 *
 * Layout: x in panels [depth / 8][block rows][8], of which k < depth count, w one panel [k][8], out one panel [rows][8]. A tile of 4 rows × 8
 * columns is held in 8 registers while k runs; for each k, two loads of w serve 4 rows, and each x is spread over a
 * register. Every output is one sum in the order of k, each product and each sum rounded: the columns beside it and
 * the rows below it are other sums, so the size of the tile changes no bit.
 * Many k are taken 256 at a time, so that their weights stay in the nearest cache while all rows pass; the sums go on
 * from where they were.
 * Source: Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34 (2008).
 */
export function multiplyPanel(x: usize, depth: i32, w: usize, start: usize, out: usize, rows: i32): void {
  const startLow = v128.load(start);
  const startHigh = v128.load(start, 16);
  const end = out + ((<usize>rows) << 5);
  for (let to = out; to < end; to += 32) {
    v128.store(to, startLow);
    v128.store(to, startHigh, 16);
  }
  for (let k = 0; k < depth; k += STRETCH) {
    const at = x + <usize>(k >> 3) * PANEL_SIZE;
    addStretch(at, min(STRETCH, depth - k), w + ((<usize>k) << 5), out, rows);
  }
}

/** Adds the products of a stretch of k to the sums in `out`. */
function addStretch(x: usize, depth: i32, w: usize, out: usize, rows: i32): void {
  for (let row = 0; row < rows; row += 4) {
    const to = out + ((<usize>row) << 5);
    let low0 = v128.load(to);
    let high0 = v128.load(to, 16);
    let low1 = v128.load(to, 32);
    let high1 = v128.load(to, 48);
    let low2 = v128.load(to, 64);
    let high2 = v128.load(to, 80);
    let low3 = v128.load(to, 96);
    let high3 = v128.load(to, 112);
    let xs = x + ((<usize>row) << 5);
    let ws = w;
    for (let left = depth; left > 0; left -= 8) {
      // One k a round: V8 unrolls this itself, and spills registers where it is unrolled here. From the last row to the first, weights
      // before inputs: V8 turns the order around, and only so each product is at hand when its sum is.
      const end = xs + ((<usize>min(left, 8)) << 2);
      do {
        const low = v128.load(ws);
        const high = v128.load(ws, 16);
        const x0 = v128.load32_splat(xs);
        const x1 = v128.load32_splat(xs, 32);
        const x2 = v128.load32_splat(xs, 64);
        const x3 = v128.load32_splat(xs, 96);
        high3 = f32x4.add(high3, f32x4.mul(high, x3));
        low3 = f32x4.add(low3, f32x4.mul(low, x3));
        high2 = f32x4.add(high2, f32x4.mul(high, x2));
        low2 = f32x4.add(low2, f32x4.mul(low, x2));
        high1 = f32x4.add(high1, f32x4.mul(high, x1));
        low1 = f32x4.add(low1, f32x4.mul(low, x1));
        high0 = f32x4.add(high0, f32x4.mul(high, x0));
        low0 = f32x4.add(low0, f32x4.mul(low, x0));
        ws += 32;
        xs += 4;
      } while (xs < end);
      xs += PANEL_SIZE - 32;
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
