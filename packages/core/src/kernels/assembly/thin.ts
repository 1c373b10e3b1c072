/**
 * The way back through the thinnest of networks, as for a plane's points: one or two features, one hidden layer, a head
 * of one or two sums, such as three classes have. The gradient of a hidden output goes from its register into the gradients of the hidden layer,
 * and is never stored.
 */

/** Most sums of such a head. */
export const THIN_SUMS = 2;

/**
 * Adds the rows to the gradients that belong to one panel of hidden units: `dwHead[j][k] += h[row][k] · dz[row][j]`, and, of a
 * row's `g = (h > 0) · Σ_j dz[j] · wHead[j]`, `db += g` and `dw[k] += x[k] · g`. Half a panel at a time, or registers
 * would not suffice.
 * Layout: h one panel [rows][8] of hidden outputs; dz, wHead and dwHead as in few-units.ts; x, dw and db as in few-inputs.ts.
 */
export function addThinGradients(
  h: usize,
  dz: usize,
  wHead: usize,
  dwHead: usize,
  x: usize,
  dw: usize,
  db: usize,
  rows: i32,
): void {
  const zero = f32x4.splat(0);
  for (let half: usize = 0; half < 32; half += 16) {
    const w0 = v128.load(wHead + half);
    const w1 = v128.load(wHead + half, 32);
    let head0 = v128.load(dwHead + half);
    let head1 = v128.load(dwHead + half, 32);
    let bias = v128.load(db + half);
    let sum0 = v128.load(dw + half);
    let sum1 = v128.load(dw + half, 32);
    const start = h + half;
    const end = start + ((<usize>rows) << 5);
    const toGradients = dz - start;
    const toInputs = x - start;
    let at = start;
    do {
      const output = v128.load(at);
      const from = at + toGradients;
      const d0 = v128.load32_splat(from);
      const d1 = v128.load32_splat(from, 4);
      head0 = f32x4.add(head0, f32x4.mul(output, d0));
      head1 = f32x4.add(head1, f32x4.mul(output, d1));
      let gradient = f32x4.add(f32x4.mul(d0, w0), f32x4.mul(d1, w1));
      gradient = v128.and(f32x4.gt(output, zero), gradient);
      bias = f32x4.add(bias, gradient);
      const input = at + toInputs;
      sum0 = f32x4.add(sum0, f32x4.mul(v128.load(input), gradient));
      sum1 = f32x4.add(sum1, f32x4.mul(v128.load(input, 16), gradient));
      at += 32;
    } while (at < end);
    v128.store(dwHead + half, head0);
    v128.store(dwHead + half, head1, 32);
    v128.store(db + half, bias);
    v128.store(dw + half, sum0);
    v128.store(dw + half, sum1, 32);
  }
}
