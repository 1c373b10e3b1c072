/**
 * The way back through the thinnest of networks, as for a plane's points: one or two features, one hidden layer, a head
 * of up to three units. The gradient of a hidden output goes from its register into the gradients of the hidden layer,
 * and is never stored.
 * Layout: one panel h [rows][8] of hidden outputs; the rest as in few-units.ts and, for the features x and the hidden
 * layer's gradients, few-inputs.ts. Units that the head does not have are weights and gradients of 0.
 */

/** Most units of such a head. */
export const THIN_UNITS = 3;

/** Adds the rows to one panel of the head's weight gradients, `dw[j][k] += h[row][k] · dz[row][j]`. */
export function addThinHeadGradients(h: usize, dz: usize, dw: usize, rows: i32): void {
  let low0 = v128.load(dw);
  let high0 = v128.load(dw, 16);
  let low1 = v128.load(dw, 32);
  let high1 = v128.load(dw, 48);
  let low2 = v128.load(dw, 64);
  let high2 = v128.load(dw, 80);
  const end = h + ((<usize>rows) << 5);
  let from = dz;
  let at = h;
  do {
    const low = v128.load(at);
    const high = v128.load(at, 16);
    const d0 = v128.load32_splat(from);
    const d1 = v128.load32_splat(from, 4);
    const d2 = v128.load32_splat(from, 8);
    high0 = f32x4.add(high0, f32x4.mul(d0, high));
    low0 = f32x4.add(low0, f32x4.mul(d0, low));
    high1 = f32x4.add(high1, f32x4.mul(d1, high));
    low1 = f32x4.add(low1, f32x4.mul(d1, low));
    high2 = f32x4.add(high2, f32x4.mul(d2, high));
    low2 = f32x4.add(low2, f32x4.mul(d2, low));
    from += 32;
    at += 32;
  } while (at < end);
  v128.store(dw, low0);
  v128.store(dw, high0, 16);
  v128.store(dw, low1, 32);
  v128.store(dw, high1, 48);
  v128.store(dw, low2, 64);
  v128.store(dw, high2, 80);
}

/**
 * Adds the rows to one panel of the hidden layer's gradients: of a row's `g = (h > 0) · scale · Σ_j dz[j] · w[j]`,
 * `db += g` and `dw[k] += x[k] · g`. Half a panel at a time, or registers would not suffice.
 */
export function addThinHiddenGradients(
  h: usize,
  dz: usize,
  w: usize,
  x: usize,
  dw: usize,
  db: usize,
  scale: f32,
  rows: i32,
): void {
  const zero = f32x4.splat(0);
  const scales = f32x4.splat(scale);
  for (let half: usize = 0; half < 32; half += 16) {
    const w0 = v128.load(w + half);
    const w1 = v128.load(w + half, 32);
    const w2 = v128.load(w + half, 64);
    let bias = v128.load(db + half);
    let sum0 = v128.load(dw + half);
    let sum1 = v128.load(dw + half, 32);
    const start = h + half;
    const end = start + ((<usize>rows) << 5);
    const toGradients = dz - start;
    const toInputs = x - start;
    let at = start;
    do {
      const from = at + toGradients;
      let gradient = f32x4.mul(v128.load32_splat(from), w0);
      gradient = f32x4.add(gradient, f32x4.mul(v128.load32_splat(from, 4), w1));
      gradient = f32x4.add(gradient, f32x4.mul(v128.load32_splat(from, 8), w2));
      gradient = v128.and(f32x4.gt(v128.load(at), zero), f32x4.mul(gradient, scales));
      bias = f32x4.add(bias, gradient);
      const input = at + toInputs;
      sum0 = f32x4.add(sum0, f32x4.mul(v128.load(input), gradient));
      sum1 = f32x4.add(sum1, f32x4.mul(v128.load(input, 16), gradient));
      at += 32;
    } while (at < end);
    v128.store(db + half, bias);
    v128.store(dw + half, sum0);
    v128.store(dw + half, sum1, 32);
  }
}
