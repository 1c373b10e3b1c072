import { PANEL_SIZE } from './plan.ts';

/**
 * Adds a block's rows to a layer's bias gradients, `db[j] += Σ_row dz[row][j]`, rows in order.
 * Layout: dz in panels [panels][block rows][8], db [panels][8]. Two panels at a time, so that the processor need not
 * wait for one addition before the next.
 */
export function addBiasGradients(dz: usize, panels: i32, db: usize, rows: i32): void {
  let panel = 0;
  for (; panel + 2 <= panels; panel += 2) {
    const from = dz + <usize>panel * PANEL_SIZE;
    const to = db + ((<usize>panel) << 5);
    let low0 = v128.load(to);
    let high0 = v128.load(to, 16);
    let low1 = v128.load(to, 32);
    let high1 = v128.load(to, 48);
    const end = from + ((<usize>rows) << 5);
    for (let here = from; here < end; here += 32) {
      const there = here + PANEL_SIZE;
      low0 = f32x4.add(low0, v128.load(here));
      high0 = f32x4.add(high0, v128.load(here, 16));
      low1 = f32x4.add(low1, v128.load(there));
      high1 = f32x4.add(high1, v128.load(there, 16));
    }
    v128.store(to, low0);
    v128.store(to, high0, 16);
    v128.store(to, low1, 32);
    v128.store(to, high1, 48);
  }
  if (panel < panels) {
    const from = dz + <usize>panel * PANEL_SIZE;
    const to = db + ((<usize>panel) << 5);
    let low = v128.load(to);
    let high = v128.load(to, 16);
    const end = from + ((<usize>rows) << 5);
    for (let here = from; here < end; here += 32) {
      low = f32x4.add(low, v128.load(here));
      high = f32x4.add(high, v128.load(here, 16));
    }
    v128.store(to, low);
    v128.store(to, high, 16);
  }
}
