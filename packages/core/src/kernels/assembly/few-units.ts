/**
 * The last layer behind a hidden one where it has up to four units, such as three classes: forward, one register holds
 * a row's outputs; backward, the lanes of a register are hidden units, so that none is left empty.
 * Layout: h one panel [rows][8] of the hidden layer; z and dz one panel [rows][8] of which the first four columns count;
 * w the panel's 8 rows of the weight panel, [8][8]; transposed weights and their gradients [units, padded to 8][8].
 * Few registers are in use at a time: V8 would keep a sum in memory where they do not suffice, at three times the cost.
 */

/** Begins the sums of a block with the biases. */
export function startFewUnits(biases: usize, z: usize, rows: i32): void {
  const bias = v128.load(biases);
  const end = z + ((<usize>rows) << 5);
  for (let at = z; at < end; at += 32) v128.store(at, bias);
}

/**
 * Adds one panel of inputs to the sums, `z[row] += Σ_k h[row][k] · w[k]` for its 8 k in order: at once when the layer
 * below has written the panel, while it is in the nearest cache.
 */
export function addFewUnits(h: usize, w: usize, z: usize, rows: i32): void {
  const end = w + 256;
  for (let row = 0; row < rows; row += 4) {
    const to = z + ((<usize>row) << 5);
    let z0 = v128.load(to);
    let z1 = v128.load(to, 32);
    let z2 = v128.load(to, 64);
    let z3 = v128.load(to, 96);
    let hs = h + ((<usize>row) << 5);
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
 * Backward over one panel of h: adds the rows to its weight gradients, `dw[j][k] += h[row][k] · dz[row][j]`, and puts
 * the masked gradient `Σ_j dz[row][j] · w[j][k]` times `scale` in the place of h. Units beyond the layer's own have
 * weights and gradients of 0, so the kernel of three serves fewer as well.
 */
export function fewUnitsBackward(
  h: usize,
  dz: usize,
  w: usize,
  dw: usize,
  units: i32,
  scale: f32,
  rows: i32,
): void {
  if (units <= 3) {
    backwardOfThree(h, dz, w, dw, scale, rows);
    backwardOfThree(h + 16, dz, w + 16, dw + 16, scale, rows);
  } else {
    backwardOfFour(h, dz, w, dw, scale, rows);
    backwardOfFour(h + 16, dz, w + 16, dw + 16, scale, rows);
  }
}

/** Four hidden units, the left or right half of a panel. */
function backwardOfThree(h: usize, dz: usize, w: usize, dw: usize, scale: f32, rows: i32): void {
  const zero = f32x4.splat(0);
  const scales = f32x4.splat(scale);
  const w0 = v128.load(w, 0);
  const w1 = v128.load(w, 32);
  const w2 = v128.load(w, 64);
  let sum0 = v128.load(dw, 0);
  let sum1 = v128.load(dw, 32);
  let sum2 = v128.load(dw, 64);
  let from = dz;
  const end = h + ((<usize>rows) << 5);
  for (let at = h; at < end; at += 32) {
    const output = v128.load(at);
    const d0 = v128.load32_splat(from);
    sum0 = f32x4.add(sum0, f32x4.mul(output, d0));
    let gradient = f32x4.mul(d0, w0);
    const d1 = v128.load32_splat(from, 4);
    sum1 = f32x4.add(sum1, f32x4.mul(output, d1));
    gradient = f32x4.add(gradient, f32x4.mul(d1, w1));
    const d2 = v128.load32_splat(from, 8);
    sum2 = f32x4.add(sum2, f32x4.mul(output, d2));
    gradient = f32x4.add(gradient, f32x4.mul(d2, w2));
    v128.store(at, v128.and(f32x4.gt(output, zero), f32x4.mul(gradient, scales)));
    from += 32;
  }
  v128.store(dw, sum0, 0);
  v128.store(dw, sum1, 32);
  v128.store(dw, sum2, 64);
}

/** Four hidden units, the left or right half of a panel. */
function backwardOfFour(h: usize, dz: usize, w: usize, dw: usize, scale: f32, rows: i32): void {
  const zero = f32x4.splat(0);
  const scales = f32x4.splat(scale);
  const w0 = v128.load(w, 0);
  const w1 = v128.load(w, 32);
  const w2 = v128.load(w, 64);
  const w3 = v128.load(w, 96);
  let sum0 = v128.load(dw, 0);
  let sum1 = v128.load(dw, 32);
  let sum2 = v128.load(dw, 64);
  let sum3 = v128.load(dw, 96);
  let from = dz;
  const end = h + ((<usize>rows) << 5);
  for (let at = h; at < end; at += 32) {
    const output = v128.load(at);
    const d0 = v128.load32_splat(from);
    sum0 = f32x4.add(sum0, f32x4.mul(output, d0));
    let gradient = f32x4.mul(d0, w0);
    const d1 = v128.load32_splat(from, 4);
    sum1 = f32x4.add(sum1, f32x4.mul(output, d1));
    gradient = f32x4.add(gradient, f32x4.mul(d1, w1));
    const d2 = v128.load32_splat(from, 8);
    sum2 = f32x4.add(sum2, f32x4.mul(output, d2));
    gradient = f32x4.add(gradient, f32x4.mul(d2, w2));
    const d3 = v128.load32_splat(from, 12);
    sum3 = f32x4.add(sum3, f32x4.mul(output, d3));
    gradient = f32x4.add(gradient, f32x4.mul(d3, w3));
    v128.store(at, v128.and(f32x4.gt(output, zero), f32x4.mul(gradient, scales)));
    from += 32;
  }
  v128.store(dw, sum0, 0);
  v128.store(dw, sum1, 32);
  v128.store(dw, sum2, 64);
  v128.store(dw, sum3, 96);
}
