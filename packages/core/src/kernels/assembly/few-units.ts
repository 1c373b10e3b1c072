/**
 * The last layer where it has up to four units, such as three classes: one register holds a row's outputs, and
 * backward the lanes of a register are hidden units, so that none is left empty.
 * Layout: h in panels [inputs / 8][block rows][8]; z and dz one panel [rows][8] of which the first four columns count;
 * w one panel [inputs, padded to 8][8]; transposed weights and their gradients [inputs / 8][units, padded to 8][8].
 */

/** `z[row] = b + Σ_k h[row][k] · w[k]`, a tile of 8 rows at a time. */
export function fewUnitsForward(
  h: usize,
  panelSize: usize,
  panels: i32,
  w: usize,
  biases: usize,
  z: usize,
  rows: i32,
): void {
  const bias = v128.load(biases);
  let row = 0;
  for (; row + 8 <= rows; row += 8) {
    let z0 = bias;
    let z1 = bias;
    let z2 = bias;
    let z3 = bias;
    let z4 = bias;
    let z5 = bias;
    let z6 = bias;
    let z7 = bias;
    let hs = h + ((<usize>row) << 5);
    let ws = w;
    for (let panel = 0; panel < panels; panel++) {
      let weights = v128.load(ws);
      z0 = f32x4.add(z0, f32x4.mul(v128.load32_splat(hs), weights));
      z1 = f32x4.add(z1, f32x4.mul(v128.load32_splat(hs, 32), weights));
      z2 = f32x4.add(z2, f32x4.mul(v128.load32_splat(hs, 64), weights));
      z3 = f32x4.add(z3, f32x4.mul(v128.load32_splat(hs, 96), weights));
      z4 = f32x4.add(z4, f32x4.mul(v128.load32_splat(hs, 128), weights));
      z5 = f32x4.add(z5, f32x4.mul(v128.load32_splat(hs, 160), weights));
      z6 = f32x4.add(z6, f32x4.mul(v128.load32_splat(hs, 192), weights));
      z7 = f32x4.add(z7, f32x4.mul(v128.load32_splat(hs, 224), weights));
      weights = v128.load(ws, 32);
      z0 = f32x4.add(z0, f32x4.mul(v128.load32_splat(hs, 4), weights));
      z1 = f32x4.add(z1, f32x4.mul(v128.load32_splat(hs, 36), weights));
      z2 = f32x4.add(z2, f32x4.mul(v128.load32_splat(hs, 68), weights));
      z3 = f32x4.add(z3, f32x4.mul(v128.load32_splat(hs, 100), weights));
      z4 = f32x4.add(z4, f32x4.mul(v128.load32_splat(hs, 132), weights));
      z5 = f32x4.add(z5, f32x4.mul(v128.load32_splat(hs, 164), weights));
      z6 = f32x4.add(z6, f32x4.mul(v128.load32_splat(hs, 196), weights));
      z7 = f32x4.add(z7, f32x4.mul(v128.load32_splat(hs, 228), weights));
      weights = v128.load(ws, 64);
      z0 = f32x4.add(z0, f32x4.mul(v128.load32_splat(hs, 8), weights));
      z1 = f32x4.add(z1, f32x4.mul(v128.load32_splat(hs, 40), weights));
      z2 = f32x4.add(z2, f32x4.mul(v128.load32_splat(hs, 72), weights));
      z3 = f32x4.add(z3, f32x4.mul(v128.load32_splat(hs, 104), weights));
      z4 = f32x4.add(z4, f32x4.mul(v128.load32_splat(hs, 136), weights));
      z5 = f32x4.add(z5, f32x4.mul(v128.load32_splat(hs, 168), weights));
      z6 = f32x4.add(z6, f32x4.mul(v128.load32_splat(hs, 200), weights));
      z7 = f32x4.add(z7, f32x4.mul(v128.load32_splat(hs, 232), weights));
      weights = v128.load(ws, 96);
      z0 = f32x4.add(z0, f32x4.mul(v128.load32_splat(hs, 12), weights));
      z1 = f32x4.add(z1, f32x4.mul(v128.load32_splat(hs, 44), weights));
      z2 = f32x4.add(z2, f32x4.mul(v128.load32_splat(hs, 76), weights));
      z3 = f32x4.add(z3, f32x4.mul(v128.load32_splat(hs, 108), weights));
      z4 = f32x4.add(z4, f32x4.mul(v128.load32_splat(hs, 140), weights));
      z5 = f32x4.add(z5, f32x4.mul(v128.load32_splat(hs, 172), weights));
      z6 = f32x4.add(z6, f32x4.mul(v128.load32_splat(hs, 204), weights));
      z7 = f32x4.add(z7, f32x4.mul(v128.load32_splat(hs, 236), weights));
      weights = v128.load(ws, 128);
      z0 = f32x4.add(z0, f32x4.mul(v128.load32_splat(hs, 16), weights));
      z1 = f32x4.add(z1, f32x4.mul(v128.load32_splat(hs, 48), weights));
      z2 = f32x4.add(z2, f32x4.mul(v128.load32_splat(hs, 80), weights));
      z3 = f32x4.add(z3, f32x4.mul(v128.load32_splat(hs, 112), weights));
      z4 = f32x4.add(z4, f32x4.mul(v128.load32_splat(hs, 144), weights));
      z5 = f32x4.add(z5, f32x4.mul(v128.load32_splat(hs, 176), weights));
      z6 = f32x4.add(z6, f32x4.mul(v128.load32_splat(hs, 208), weights));
      z7 = f32x4.add(z7, f32x4.mul(v128.load32_splat(hs, 240), weights));
      weights = v128.load(ws, 160);
      z0 = f32x4.add(z0, f32x4.mul(v128.load32_splat(hs, 20), weights));
      z1 = f32x4.add(z1, f32x4.mul(v128.load32_splat(hs, 52), weights));
      z2 = f32x4.add(z2, f32x4.mul(v128.load32_splat(hs, 84), weights));
      z3 = f32x4.add(z3, f32x4.mul(v128.load32_splat(hs, 116), weights));
      z4 = f32x4.add(z4, f32x4.mul(v128.load32_splat(hs, 148), weights));
      z5 = f32x4.add(z5, f32x4.mul(v128.load32_splat(hs, 180), weights));
      z6 = f32x4.add(z6, f32x4.mul(v128.load32_splat(hs, 212), weights));
      z7 = f32x4.add(z7, f32x4.mul(v128.load32_splat(hs, 244), weights));
      weights = v128.load(ws, 192);
      z0 = f32x4.add(z0, f32x4.mul(v128.load32_splat(hs, 24), weights));
      z1 = f32x4.add(z1, f32x4.mul(v128.load32_splat(hs, 56), weights));
      z2 = f32x4.add(z2, f32x4.mul(v128.load32_splat(hs, 88), weights));
      z3 = f32x4.add(z3, f32x4.mul(v128.load32_splat(hs, 120), weights));
      z4 = f32x4.add(z4, f32x4.mul(v128.load32_splat(hs, 152), weights));
      z5 = f32x4.add(z5, f32x4.mul(v128.load32_splat(hs, 184), weights));
      z6 = f32x4.add(z6, f32x4.mul(v128.load32_splat(hs, 216), weights));
      z7 = f32x4.add(z7, f32x4.mul(v128.load32_splat(hs, 248), weights));
      weights = v128.load(ws, 224);
      z0 = f32x4.add(z0, f32x4.mul(v128.load32_splat(hs, 28), weights));
      z1 = f32x4.add(z1, f32x4.mul(v128.load32_splat(hs, 60), weights));
      z2 = f32x4.add(z2, f32x4.mul(v128.load32_splat(hs, 92), weights));
      z3 = f32x4.add(z3, f32x4.mul(v128.load32_splat(hs, 124), weights));
      z4 = f32x4.add(z4, f32x4.mul(v128.load32_splat(hs, 156), weights));
      z5 = f32x4.add(z5, f32x4.mul(v128.load32_splat(hs, 188), weights));
      z6 = f32x4.add(z6, f32x4.mul(v128.load32_splat(hs, 220), weights));
      z7 = f32x4.add(z7, f32x4.mul(v128.load32_splat(hs, 252), weights));
      hs += panelSize;
      ws += 256;
    }
    const to = z + ((<usize>row) << 5);
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
    let z0 = bias;
    let z1 = bias;
    let z2 = bias;
    let z3 = bias;
    let hs = h + ((<usize>row) << 5);
    for (let k = 0; k < panels << 3; k++) {
      const weights = v128.load(w + ((<usize>k) << 5));
      z0 = f32x4.add(z0, f32x4.mul(v128.load32_splat(hs), weights));
      z1 = f32x4.add(z1, f32x4.mul(v128.load32_splat(hs, 32), weights));
      z2 = f32x4.add(z2, f32x4.mul(v128.load32_splat(hs, 64), weights));
      z3 = f32x4.add(z3, f32x4.mul(v128.load32_splat(hs, 96), weights));
      hs += (k & 7) === 7 ? panelSize - 28 : 4;
    }
    const to = z + ((<usize>row) << 5);
    v128.store(to, z0);
    v128.store(to, z1, 32);
    v128.store(to, z2, 64);
    v128.store(to, z3, 96);
  }
}

/**
 * Backward over one panel of h [rows][8]: adds the rows to its weight gradients, `dw[j][k] += h[row][k] · dz[row][j]`,
 * and, where `mask`, puts the masked gradient `Σ_j dz[row][j] · w[j][k]` times `scale` in the place of h. Units beyond
 * the layer's own have weights and gradients of 0, so with two or fewer the work of two suffices.
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
