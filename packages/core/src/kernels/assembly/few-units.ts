/**
 * The last layer where it has up to four units, such as three classes: one register holds a row's outputs, and
 * backward the lanes of a register are hidden units, so that none is left empty.
 * Layout: h in panels [inputs / 8][block rows][8]; z and dz one panel [rows][8] of which the first four columns count;
 * w one panel [inputs, padded to 8][8]; transposed weights and their gradients [inputs / 8][units, padded to 8][8].
 */

/** Begins the sums of a block with the biases. */
export function startFewUnits(biases: usize, z: usize, rows: i32): void {
  const bias = v128.load(biases);
  const end = z + ((<usize>rows) << 5);
  for (let at = z; at < end; at += 32) v128.store(at, bias);
}

/**
 * Adds one panel of inputs to the sums, `z[row] += Σ_k h[row][k] · w[k]` for its 8 k in order: at once when the layer
 * below has written the panel, while it is in the nearest cache. A tile is 8 rows.
 */
export function addFewUnits(h: usize, w: usize, z: usize, rows: i32): void {
  let row = 0;
  for (; row + 8 <= rows; row += 8) {
    const to = z + ((<usize>row) << 5);
    let z0 = v128.load(to);
    let z1 = v128.load(to, 32);
    let z2 = v128.load(to, 64);
    let z3 = v128.load(to, 96);
    let z4 = v128.load(to, 128);
    let z5 = v128.load(to, 160);
    let z6 = v128.load(to, 192);
    let z7 = v128.load(to, 224);
    let hs = h + ((<usize>row) << 5);
    const end = w + 256;
    for (let ws = w; ws < end; ws += 32) {
      const weights = v128.load(ws);
      z0 = f32x4.add(z0, f32x4.mul(v128.load32_splat(hs), weights));
      z1 = f32x4.add(z1, f32x4.mul(v128.load32_splat(hs, 32), weights));
      z2 = f32x4.add(z2, f32x4.mul(v128.load32_splat(hs, 64), weights));
      z3 = f32x4.add(z3, f32x4.mul(v128.load32_splat(hs, 96), weights));
      // A second pointer, since V8 holds each offset of a splat in a register.
      const next = hs + 128;
      z4 = f32x4.add(z4, f32x4.mul(v128.load32_splat(next), weights));
      z5 = f32x4.add(z5, f32x4.mul(v128.load32_splat(next, 32), weights));
      z6 = f32x4.add(z6, f32x4.mul(v128.load32_splat(next, 64), weights));
      z7 = f32x4.add(z7, f32x4.mul(v128.load32_splat(next, 96), weights));
      hs += 4;
    }
    v128.store(to, z0);
    v128.store(to, z1, 32);
    v128.store(to, z2, 64);
    v128.store(to, z3, 96);
    v128.store(to, z4, 128);
    v128.store(to, z5, 160);
    v128.store(to, z6, 192);
    v128.store(to, z7, 224);
  }
  // Rows come in fours.
  if (row < rows) {
    const to = z + ((<usize>row) << 5);
    let z0 = v128.load(to);
    let z1 = v128.load(to, 32);
    let z2 = v128.load(to, 64);
    let z3 = v128.load(to, 96);
    let hs = h + ((<usize>row) << 5);
    const end = w + 256;
    for (let ws = w; ws < end; ws += 32) {
      const weights = v128.load(ws);
      z0 = f32x4.add(z0, f32x4.mul(v128.load32_splat(hs), weights));
      z1 = f32x4.add(z1, f32x4.mul(v128.load32_splat(hs, 32), weights));
      z2 = f32x4.add(z2, f32x4.mul(v128.load32_splat(hs, 64), weights));
      z3 = f32x4.add(z3, f32x4.mul(v128.load32_splat(hs, 96), weights));
      hs += 4;
    }
    v128.store(to, z0);
    v128.store(to, z1, 32);
    v128.store(to, z2, 64);
    v128.store(to, z3, 96);
  }
}

/**
 * Backward over one panel of h [rows][8]: adds the rows to its weight gradients, `dw[j][k] += h[row][k] · dz[row][j]`,
 * and, where `mask`, puts the masked gradient `Σ_j dz[row][j] · w[j][k]` times `scale` in the place of h. Units beyond
 * the layer's own have weights and gradients of 0, so the kernel of three serves fewer as well.
 */
export function fewUnitsBackward(
  h: usize,
  dz: usize,
  w: usize,
  dw: usize,
  units: i32,
  mask: bool,
  scale: f32,
  rows: i32,
): void {
  if (units <= 3) backwardOfThree(h, dz, w, dw, mask, scale, rows);
  else backwardOfFour(h, dz, w, dw, mask, scale, rows);
}

function backwardOfThree(h: usize, dz: usize, w: usize, dw: usize, mask: bool, scale: f32, rows: i32): void {
  const zero = f32x4.splat(0);
  const scales = f32x4.splat(scale);
  const wLow0 = v128.load(w, 0);
  const wHigh0 = v128.load(w, 16);
  const wLow1 = v128.load(w, 32);
  const wHigh1 = v128.load(w, 48);
  const wLow2 = v128.load(w, 64);
  const wHigh2 = v128.load(w, 80);
  let low0 = v128.load(dw, 0);
  let high0 = v128.load(dw, 16);
  let low1 = v128.load(dw, 32);
  let high1 = v128.load(dw, 48);
  let low2 = v128.load(dw, 64);
  let high2 = v128.load(dw, 80);
  const step = dz - h;
  const end = h + ((<usize>rows) << 5);
  for (let at = h; at < end; at += 32) {
    const from = at + step;
    const hLow = v128.load(at);
    const hHigh = v128.load(at, 16);
    const d0 = v128.load32_splat(from, 0);
    low0 = f32x4.add(low0, f32x4.mul(hLow, d0));
    high0 = f32x4.add(high0, f32x4.mul(hHigh, d0));
    const d1 = v128.load32_splat(from, 4);
    low1 = f32x4.add(low1, f32x4.mul(hLow, d1));
    high1 = f32x4.add(high1, f32x4.mul(hHigh, d1));
    const d2 = v128.load32_splat(from, 8);
    low2 = f32x4.add(low2, f32x4.mul(hLow, d2));
    high2 = f32x4.add(high2, f32x4.mul(hHigh, d2));
    if (mask) {
      let gLow = f32x4.mul(d0, wLow0);
      let gHigh = f32x4.mul(d0, wHigh0);
      gLow = f32x4.add(gLow, f32x4.mul(d1, wLow1));
      gHigh = f32x4.add(gHigh, f32x4.mul(d1, wHigh1));
      gLow = f32x4.add(gLow, f32x4.mul(d2, wLow2));
      gHigh = f32x4.add(gHigh, f32x4.mul(d2, wHigh2));
      v128.store(at, v128.and(f32x4.gt(hLow, zero), f32x4.mul(gLow, scales)));
      v128.store(at, v128.and(f32x4.gt(hHigh, zero), f32x4.mul(gHigh, scales)), 16);
    }
  }
  v128.store(dw, low0, 0);
  v128.store(dw, high0, 16);
  v128.store(dw, low1, 32);
  v128.store(dw, high1, 48);
  v128.store(dw, low2, 64);
  v128.store(dw, high2, 80);
}

function backwardOfFour(h: usize, dz: usize, w: usize, dw: usize, mask: bool, scale: f32, rows: i32): void {
  const zero = f32x4.splat(0);
  const scales = f32x4.splat(scale);
  const wLow0 = v128.load(w, 0);
  const wHigh0 = v128.load(w, 16);
  const wLow1 = v128.load(w, 32);
  const wHigh1 = v128.load(w, 48);
  const wLow2 = v128.load(w, 64);
  const wHigh2 = v128.load(w, 80);
  const wLow3 = v128.load(w, 96);
  const wHigh3 = v128.load(w, 112);
  let low0 = v128.load(dw, 0);
  let high0 = v128.load(dw, 16);
  let low1 = v128.load(dw, 32);
  let high1 = v128.load(dw, 48);
  let low2 = v128.load(dw, 64);
  let high2 = v128.load(dw, 80);
  let low3 = v128.load(dw, 96);
  let high3 = v128.load(dw, 112);
  const step = dz - h;
  const end = h + ((<usize>rows) << 5);
  for (let at = h; at < end; at += 32) {
    const from = at + step;
    const hLow = v128.load(at);
    const hHigh = v128.load(at, 16);
    const d0 = v128.load32_splat(from, 0);
    low0 = f32x4.add(low0, f32x4.mul(hLow, d0));
    high0 = f32x4.add(high0, f32x4.mul(hHigh, d0));
    const d1 = v128.load32_splat(from, 4);
    low1 = f32x4.add(low1, f32x4.mul(hLow, d1));
    high1 = f32x4.add(high1, f32x4.mul(hHigh, d1));
    const d2 = v128.load32_splat(from, 8);
    low2 = f32x4.add(low2, f32x4.mul(hLow, d2));
    high2 = f32x4.add(high2, f32x4.mul(hHigh, d2));
    const d3 = v128.load32_splat(from, 12);
    low3 = f32x4.add(low3, f32x4.mul(hLow, d3));
    high3 = f32x4.add(high3, f32x4.mul(hHigh, d3));
    if (mask) {
      let gLow = f32x4.mul(d0, wLow0);
      let gHigh = f32x4.mul(d0, wHigh0);
      gLow = f32x4.add(gLow, f32x4.mul(d1, wLow1));
      gHigh = f32x4.add(gHigh, f32x4.mul(d1, wHigh1));
      gLow = f32x4.add(gLow, f32x4.mul(d2, wLow2));
      gHigh = f32x4.add(gHigh, f32x4.mul(d2, wHigh2));
      gLow = f32x4.add(gLow, f32x4.mul(d3, wLow3));
      gHigh = f32x4.add(gHigh, f32x4.mul(d3, wHigh3));
      v128.store(at, v128.and(f32x4.gt(hLow, zero), f32x4.mul(gLow, scales)));
      v128.store(at, v128.and(f32x4.gt(hHigh, zero), f32x4.mul(gHigh, scales)), 16);
    }
  }
  v128.store(dw, low0, 0);
  v128.store(dw, high0, 16);
  v128.store(dw, low1, 32);
  v128.store(dw, high1, 48);
  v128.store(dw, low2, 64);
  v128.store(dw, high2, 80);
  v128.store(dw, low3, 96);
  v128.store(dw, high3, 112);
}
