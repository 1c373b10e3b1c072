/**
 * Inverted dropout of a hidden layer's outputs. The draws are those of ../../dropout/dropout-masks.ts: for each row
 * and layer one Philox block starts four xorshift generators, which lie in the four lanes of a register and give
 * eight signed draws of 16 bits a round, for the eight units of a panel. The generators of a block's rows lie in DRAWS.
 * The factor 1 / (1 − rate) of what is kept is taken by the sums of the next layer, once for all inputs, and on the way
 * back by their gradients.
 */
import { DROPOUT_KEY_HIGH, DROPOUT_KEY_LOW, PLAN } from './plan.ts';

/** The purpose of the stream, see `purposes` in packages/numeric/src/stream.ts. */
const DROPOUT_PURPOSE = 3;

/** High words of the products of four u32 with one. */
function highs(low: v128, high: v128): v128 {
  return i8x16.shuffle(low, high, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
}

/** Low words of the products. */
function lows(low: v128, high: v128): v128 {
  return i8x16.shuffle(low, high, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
}

/** Starts the generators of `rows` rows, of which the first is at `position` of the step's batch. */
export function startDraws(draws: usize, step: u32, layer: i32, position: i32, rows: i32): void {
  const multiplier0 = i32x4.splat(0xd2511f53);
  const multiplier1 = i32x4.splat(0xcd9e8d57);
  const weyl0 = i32x4.splat(0x9e3779b9);
  const weyl1 = i32x4.splat(0xbb67ae85);
  const zero = i32x4.splat(0);
  const replacesZero = i32x4.splat(0x9e3779b9);
  for (let row = 0; row < rows; row += 4) {
    let c0 = i32x4.add(i32x4.splat(position + row), i32x4(0, 1, 2, 3));
    let c1 = i32x4.splat(step);
    let c2 = i32x4.splat(DROPOUT_PURPOSE);
    let c3 = i32x4.splat(layer);
    let k0 = i32x4.splat(load<u32>(PLAN, DROPOUT_KEY_LOW));
    let k1 = i32x4.splat(load<u32>(PLAN, DROPOUT_KEY_HIGH));
    let round = 0;
    do {
      const low0 = i64x2.extmul_low_i32x4_u(multiplier0, c0);
      const high0 = i64x2.extmul_high_i32x4_u(multiplier0, c0);
      const low1 = i64x2.extmul_low_i32x4_u(multiplier1, c2);
      const high1 = i64x2.extmul_high_i32x4_u(multiplier1, c2);
      c0 = v128.xor(v128.xor(highs(low1, high1), c1), k0);
      c2 = v128.xor(v128.xor(highs(low0, high0), c3), k1);
      c1 = lows(low1, high1);
      c3 = lows(low0, high0);
      k0 = i32x4.add(k0, weyl0);
      k1 = i32x4.add(k1, weyl1);
    } while (++round < 10);
    c0 = v128.bitselect(replacesZero, c0, i32x4.eq(c0, zero));
    c1 = v128.bitselect(replacesZero, c1, i32x4.eq(c1, zero));
    c2 = v128.bitselect(replacesZero, c2, i32x4.eq(c2, zero));
    c3 = v128.bitselect(replacesZero, c3, i32x4.eq(c3, zero));
    // From words × rows to rows × words.
    const a = i32x4.shuffle(c0, c1, 0, 4, 1, 5);
    const b = i32x4.shuffle(c2, c3, 0, 4, 1, 5);
    const c = i32x4.shuffle(c0, c1, 2, 6, 3, 7);
    const d = i32x4.shuffle(c2, c3, 2, 6, 3, 7);
    const to = draws + ((<usize>row) << 4);
    v128.store(to, i64x2.shuffle(a, b, 0, 2));
    v128.store(to, i64x2.shuffle(a, b, 1, 3), 16);
    v128.store(to, i64x2.shuffle(c, d, 0, 2), 32);
    v128.store(to, i64x2.shuffle(c, d, 1, 3), 48);
  }
}

/** The next eight draws of a row (Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8, 2003). */
export function nextDraws(state: usize): v128 {
  let x = v128.load(state);
  x = v128.xor(x, i32x4.shl(x, 13));
  x = v128.xor(x, i32x4.shr_u(x, 17));
  x = v128.xor(x, i32x4.shl(x, 5));
  v128.store(state, x);
  return x;
}

/** Masks of 16 bits, of the first four units of a panel, as masks of 32: each doubled. */
export function firstFour(masks: v128): v128 {
  return i8x16.shuffle(masks, masks, 0, 1, 0, 1, 2, 3, 2, 3, 4, 5, 4, 5, 6, 7, 6, 7);
}

/** Those of the last four. */
export function lastFour(masks: v128): v128 {
  return i8x16.shuffle(masks, masks, 8, 9, 8, 9, 10, 11, 10, 11, 12, 13, 12, 13, 14, 15, 14, 15);
}

/** Draws for one panel [rows][8] of outputs h: a unit whose draw is below `threshold` becomes 0. */
export function dropPanel(h: usize, draws: usize, rows: i32, threshold: i32): void {
  const thresholds = i16x8.splat(<i16>threshold);
  const end = h + ((<usize>rows) << 5);
  let state = draws;
  let at = h;
  do {
    const dropped = i16x8.gt_s(thresholds, nextDraws(state));
    v128.store(at, v128.andnot(v128.load(at), firstFour(dropped)));
    v128.store(at, v128.andnot(v128.load(at, 16), lastFour(dropped)), 16);
    state += 16;
    at += 32;
  } while (at < end);
}

/** The same with masks that are given: i32 of 0 or −1 in the shape of the panel. */
export function dropGivenPanel(h: usize, masks: usize, rows: i32): void {
  const bytes = (<usize>rows) << 5;
  for (let at: usize = 0; at < bytes; at += 16)
    v128.store(h + at, v128.and(v128.load(h + at), v128.load(masks + at)));
}

/** Ends a panel [rows][8] of sums of inputs that dropout has passed: `z = scale · z + b`. */
export function scaleSums(z: usize, biases: usize, rows: i32, scale: f32): void {
  const scales = f32x4.splat(scale);
  const biasLow = v128.load(biases);
  const biasHigh = v128.load(biases, 16);
  const end = z + ((<usize>rows) << 5);
  for (let at = z; at < end; at += 32) {
    v128.store(at, f32x4.add(f32x4.mul(v128.load(at), scales), biasLow));
    v128.store(at, f32x4.add(f32x4.mul(v128.load(at, 16), scales), biasHigh), 16);
  }
}

/** The same factor on the way back, of a panel [rows][8] of gradients. */
export function scaleGradients(dz: usize, rows: i32, scale: f32): void {
  const scales = f32x4.splat(scale);
  const end = dz + ((<usize>rows) << 5);
  for (let at = dz; at < end; at += 16) v128.store(at, f32x4.mul(v128.load(at), scales));
}
