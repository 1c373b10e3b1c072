/**
 * Four output panels of a matrix product at once whose left factor is a list for each row (nonzero.ts):
 * `out[row][j] = start[j] + Σ_k x[row][k] · w[k][j]` for 32 columns j, in the order of k.
 * Layout: w [depth][32]; start 32 numbers; out four panels [block rows][8].
 * A row's 32 sums are held in 8 registers while its list runs, two entries a round: V8 unrolls a loop of one, and then moves so many loads
 * forward that registers run out.
 */
import { COUNTS, PANEL_SIZE, PLACES, PLAN, VALUES } from './plan.ts';

export function multiplyLists(size: usize, w: usize, start: usize, out: usize, rows: i32): void {
  const counts = load<usize>(PLAN, COUNTS);
  let list = load<usize>(PLAN, VALUES);
  const toPlaces = load<usize>(PLAN, PLACES) - list;
  let to = out;
  for (let row = 0; row < rows; row++) {
    let low0 = v128.load(start);
    let high0 = v128.load(start, 16);
    let low1 = v128.load(start, 32);
    let high1 = v128.load(start, 48);
    let low2 = v128.load(start, 64);
    let high2 = v128.load(start, 80);
    let low3 = v128.load(start, 96);
    let high3 = v128.load(start, 112);
    let at = list;
    const end = at + load<usize>(counts + ((<usize>row) << 2));
    if (at < end)
      do {
        const from0 = w + load<usize>(at + toPlaces);
        const x0 = v128.load32_splat(at);
        low0 = f32x4.add(low0, f32x4.mul(x0, v128.load(from0)));
        high0 = f32x4.add(high0, f32x4.mul(x0, v128.load(from0, 16)));
        low1 = f32x4.add(low1, f32x4.mul(x0, v128.load(from0, 32)));
        high1 = f32x4.add(high1, f32x4.mul(x0, v128.load(from0, 48)));
        low2 = f32x4.add(low2, f32x4.mul(x0, v128.load(from0, 64)));
        high2 = f32x4.add(high2, f32x4.mul(x0, v128.load(from0, 80)));
        low3 = f32x4.add(low3, f32x4.mul(x0, v128.load(from0, 96)));
        high3 = f32x4.add(high3, f32x4.mul(x0, v128.load(from0, 112)));
        const from1 = w + load<usize>(at + toPlaces, 4);
        const x1 = v128.load32_splat(at, 4);
        low0 = f32x4.add(low0, f32x4.mul(x1, v128.load(from1)));
        high0 = f32x4.add(high0, f32x4.mul(x1, v128.load(from1, 16)));
        low1 = f32x4.add(low1, f32x4.mul(x1, v128.load(from1, 32)));
        high1 = f32x4.add(high1, f32x4.mul(x1, v128.load(from1, 48)));
        low2 = f32x4.add(low2, f32x4.mul(x1, v128.load(from1, 64)));
        high2 = f32x4.add(high2, f32x4.mul(x1, v128.load(from1, 80)));
        low3 = f32x4.add(low3, f32x4.mul(x1, v128.load(from1, 96)));
        high3 = f32x4.add(high3, f32x4.mul(x1, v128.load(from1, 112)));
        at += 8;
      } while (at < end);
    v128.store(to, low0);
    v128.store(to, high0, 16);
    v128.store(to, low1, PANEL_SIZE);
    v128.store(to, high1, PANEL_SIZE + 16);
    v128.store(to, low2, 2 * PANEL_SIZE);
    v128.store(to, high2, 2 * PANEL_SIZE + 16);
    v128.store(to, low3, 3 * PANEL_SIZE);
    v128.store(to, high3, 3 * PANEL_SIZE + 16);
    to += 32;
    list += size;
  }
}
