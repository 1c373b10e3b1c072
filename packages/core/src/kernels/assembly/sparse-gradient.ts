/**
 * Weight gradients of 32 inputs of a layer whose output gradients are a list for each unit (nonzero.ts):
 * `dw[j][k] += Σ_row dz[row][j] · x[row][k]`, rows in order.
 * Layout: x four panels [block rows][8]; dw [units, padded to 8][32]. The same loop as in sparse-product.ts.
 */
import { COUNTS, PANEL_SIZE, PLACES, PLAN, VALUES } from './plan.ts';

export function addListGradients(size: usize, units: i32, x: usize, dw: usize): void {
  const counts = load<usize>(PLAN, COUNTS);
  let list = load<usize>(PLAN, VALUES);
  const toPlaces = load<usize>(PLAN, PLACES) - list;
  let to = dw;
  for (let unit = 0; unit < units; unit++) {
    let low0 = v128.load(to);
    let high0 = v128.load(to, 16);
    let low1 = v128.load(to, 32);
    let high1 = v128.load(to, 48);
    let low2 = v128.load(to, 64);
    let high2 = v128.load(to, 80);
    let low3 = v128.load(to, 96);
    let high3 = v128.load(to, 112);
    let at = list;
    const end = at + load<usize>(counts + ((<usize>unit) << 2));
    if (at < end)
      do {
        const from0 = x + load<usize>(at + toPlaces);
        const z0 = v128.load32_splat(at);
        low0 = f32x4.add(low0, f32x4.mul(z0, v128.load(from0)));
        high0 = f32x4.add(high0, f32x4.mul(z0, v128.load(from0, 16)));
        low1 = f32x4.add(low1, f32x4.mul(z0, v128.load(from0, PANEL_SIZE)));
        high1 = f32x4.add(high1, f32x4.mul(z0, v128.load(from0, PANEL_SIZE + 16)));
        low2 = f32x4.add(low2, f32x4.mul(z0, v128.load(from0, 2 * PANEL_SIZE)));
        high2 = f32x4.add(high2, f32x4.mul(z0, v128.load(from0, 2 * PANEL_SIZE + 16)));
        low3 = f32x4.add(low3, f32x4.mul(z0, v128.load(from0, 3 * PANEL_SIZE)));
        high3 = f32x4.add(high3, f32x4.mul(z0, v128.load(from0, 3 * PANEL_SIZE + 16)));
        const from1 = x + load<usize>(at + toPlaces, 4);
        const z1 = v128.load32_splat(at, 4);
        low0 = f32x4.add(low0, f32x4.mul(z1, v128.load(from1)));
        high0 = f32x4.add(high0, f32x4.mul(z1, v128.load(from1, 16)));
        low1 = f32x4.add(low1, f32x4.mul(z1, v128.load(from1, PANEL_SIZE)));
        high1 = f32x4.add(high1, f32x4.mul(z1, v128.load(from1, PANEL_SIZE + 16)));
        low2 = f32x4.add(low2, f32x4.mul(z1, v128.load(from1, 2 * PANEL_SIZE)));
        high2 = f32x4.add(high2, f32x4.mul(z1, v128.load(from1, 2 * PANEL_SIZE + 16)));
        low3 = f32x4.add(low3, f32x4.mul(z1, v128.load(from1, 3 * PANEL_SIZE)));
        high3 = f32x4.add(high3, f32x4.mul(z1, v128.load(from1, 3 * PANEL_SIZE + 16)));
        at += 8;
      } while (at < end);
    v128.store(to, low0);
    v128.store(to, high0, 16);
    v128.store(to, low1, 32);
    v128.store(to, high1, 48);
    v128.store(to, low2, 64);
    v128.store(to, high2, 80);
    v128.store(to, low3, 96);
    v128.store(to, high3, 112);
    to += 128;
    list += size;
  }
}
