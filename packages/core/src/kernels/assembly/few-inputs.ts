/**
 * The first hidden layer of data with one or two features, such as a plane's points: weights and gradients stay in
 * registers while all rows run past, and ReLU and dropout are taken on the way.
 * Layout: x one panel [rows][8] in which a row's first feature stands four times, and then its second (gather.ts); the
 * rest as in multiply-panel.ts.
 */
import { firstFour, lastFour, nextDraws } from './dropout.ts';
import { LARGEST } from './relu.ts';

/** One panel of outputs: `relu(b + x0·w0 + x1·w1)`. */
export function twoInputsForward(x: usize, w: usize, biases: usize, out: usize, rows: i32): void {
  const zero = f32x4.splat(0);
  const largest = f32x4.splat(LARGEST);
  const biasLow = v128.load(biases);
  const biasHigh = v128.load(biases, 16);
  const low0 = v128.load(w);
  const high0 = v128.load(w, 16);
  const low1 = v128.load(w, 32);
  const high1 = v128.load(w, 48);
  const end = out + ((<usize>rows) << 5);
  let from = x;
  let at = out;
  do {
    const x0 = v128.load(from);
    const x1 = v128.load(from, 16);
    const low = f32x4.add(f32x4.add(biasLow, f32x4.mul(x0, low0)), f32x4.mul(x1, low1));
    const high = f32x4.add(f32x4.add(biasHigh, f32x4.mul(x0, high0)), f32x4.mul(x1, high1));
    v128.store(at, f32x4.pmin(f32x4.pmax(zero, low), largest));
    v128.store(at, f32x4.pmin(f32x4.pmax(zero, high), largest), 16);
    from += 32;
    at += 32;
  } while (at < end);
}

/** The same with drawn dropout, as dropPanel has it. */
export function twoInputsDropped(
  x: usize,
  w: usize,
  biases: usize,
  out: usize,
  draws: usize,
  rows: i32,
  threshold: i32,
): void {
  const zero = f32x4.splat(0);
  const largest = f32x4.splat(LARGEST);
  const thresholds = i16x8.splat(<i16>threshold);
  const biasLow = v128.load(biases);
  const biasHigh = v128.load(biases, 16);
  const low0 = v128.load(w);
  const high0 = v128.load(w, 16);
  const low1 = v128.load(w, 32);
  const high1 = v128.load(w, 48);
  const end = out + ((<usize>rows) << 5);
  let from = x;
  let state = draws;
  let at = out;
  do {
    const dropped = i16x8.gt_s(thresholds, nextDraws(state));
    const x0 = v128.load(from);
    const x1 = v128.load(from, 16);
    const low = f32x4.add(f32x4.add(biasLow, f32x4.mul(x0, low0)), f32x4.mul(x1, low1));
    const high = f32x4.add(f32x4.add(biasHigh, f32x4.mul(x0, high0)), f32x4.mul(x1, high1));
    v128.store(at, v128.andnot(f32x4.pmin(f32x4.pmax(zero, low), largest), firstFour(dropped)));
    v128.store(at, v128.andnot(f32x4.pmin(f32x4.pmax(zero, high), largest), lastFour(dropped)), 16);
    from += 32;
    state += 16;
    at += 32;
  } while (at < end);
}

/** Adds the rows to one panel of weight gradients and of bias gradients. */
export function addTwoInputsGradients(x: usize, dz: usize, dw: usize, db: usize, rows: i32): void {
  let biasLow = v128.load(db);
  let biasHigh = v128.load(db, 16);
  let low0 = v128.load(dw);
  let high0 = v128.load(dw, 16);
  let low1 = v128.load(dw, 32);
  let high1 = v128.load(dw, 48);
  const end = dz + ((<usize>rows) << 5);
  let from = x;
  let at = dz;
  do {
    const x0 = v128.load(from);
    const x1 = v128.load(from, 16);
    const low = v128.load(at);
    const high = v128.load(at, 16);
    biasLow = f32x4.add(biasLow, low);
    biasHigh = f32x4.add(biasHigh, high);
    low0 = f32x4.add(low0, f32x4.mul(x0, low));
    high0 = f32x4.add(high0, f32x4.mul(x0, high));
    low1 = f32x4.add(low1, f32x4.mul(x1, low));
    high1 = f32x4.add(high1, f32x4.mul(x1, high));
    from += 32;
    at += 32;
  } while (at < end);
  v128.store(db, biasLow);
  v128.store(db, biasHigh, 16);
  v128.store(dw, low0);
  v128.store(dw, high0, 16);
  v128.store(dw, low1, 32);
  v128.store(dw, high1, 48);
}
