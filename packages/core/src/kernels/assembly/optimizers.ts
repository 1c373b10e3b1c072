/**
 * The optimizers over `count` × 8 numbers, each operation as ../../optimizers/update.ts has it: gradients below 1e-15
 * and moments below 1e-30 in size count as 0. Gradients are zero afterwards.
 */
import {
  ADD_FIRST,
  ADD_SECOND,
  EPSILON,
  KEEP_FIRST,
  KEEP_SECOND,
  PLAN,
  RATE,
  SCALARS,
  SECOND_SCALE,
} from './plan.ts';

const GRADIENT_FLOOR: f32 = 1e-15;
const MOMENT_FLOOR: f32 = 1e-30;

/**
 * 0 where the size is below the floor; NaN stays.
 * @param notSign all bits but the sign: V8 would make them anew for each f32x4.abs
 */
function flush(values: v128, floor: v128, notSign: v128): v128 {
  return v128.andnot(values, f32x4.lt(v128.and(values, notSign), floor));
}

function scalar(offset: usize): v128 {
  return f32x4.splat(load<f32>(load<usize>(PLAN, SCALARS) + offset));
}

export function updateSgd(w: usize, g: usize, count: i32): void {
  const notSign = i32x4.splat(0x7fffffff);
  const floor = f32x4.splat(GRADIENT_FLOOR);
  const zero = f32x4.splat(0);
  const rate = scalar(RATE);
  const end = w + ((<usize>count) << 5);
  const gradients = g - w;
  let at = w;
  do {
    const gradient = flush(v128.load(at + gradients), floor, notSign);
    v128.store(at + gradients, zero);
    v128.store(at, f32x4.sub(v128.load(at), f32x4.mul(rate, gradient)));
    at += 16;
  } while (at < end);
}

export function updateMomentum(w: usize, g: usize, m: usize, count: i32): void {
  const notSign = i32x4.splat(0x7fffffff);
  const floor = f32x4.splat(GRADIENT_FLOOR);
  const momentFloor = f32x4.splat(MOMENT_FLOOR);
  const zero = f32x4.splat(0);
  const rate = scalar(RATE);
  const keep = scalar(KEEP_FIRST);
  const end = w + ((<usize>count) << 5);
  const gradients = g - w;
  const moments = m - w;
  let at = w;
  do {
    const gradient = flush(v128.load(at + gradients), floor, notSign);
    v128.store(at + gradients, zero);
    const kept = f32x4.mul(keep, v128.load(at + moments));
    const moment = flush(f32x4.sub(kept, f32x4.mul(rate, gradient)), momentFloor, notSign);
    v128.store(at + moments, moment);
    v128.store(at, f32x4.add(v128.load(at), moment));
    at += 16;
  } while (at < end);
}

export function updateAdagrad(w: usize, g: usize, v: usize, count: i32): void {
  const notSign = i32x4.splat(0x7fffffff);
  const floor = f32x4.splat(GRADIENT_FLOOR);
  const zero = f32x4.splat(0);
  const rate = scalar(RATE);
  const epsilon = scalar(EPSILON);
  const end = w + ((<usize>count) << 5);
  const gradients = g - w;
  const seconds = v - w;
  let at = w;
  do {
    const gradient = flush(v128.load(at + gradients), floor, notSign);
    v128.store(at + gradients, zero);
    const second = f32x4.add(v128.load(at + seconds), f32x4.mul(gradient, gradient));
    v128.store(at + seconds, second);
    const change = f32x4.div(f32x4.mul(rate, gradient), f32x4.add(f32x4.sqrt(second), epsilon));
    v128.store(at, f32x4.sub(v128.load(at), change));
    at += 16;
  } while (at < end);
}

export function updateRmsprop(w: usize, g: usize, v: usize, count: i32): void {
  const notSign = i32x4.splat(0x7fffffff);
  const floor = f32x4.splat(GRADIENT_FLOOR);
  const momentFloor = f32x4.splat(MOMENT_FLOOR);
  const zero = f32x4.splat(0);
  const rate = scalar(RATE);
  const epsilon = scalar(EPSILON);
  const keep = scalar(KEEP_SECOND);
  const add = scalar(ADD_SECOND);
  const end = w + ((<usize>count) << 5);
  const gradients = g - w;
  const seconds = v - w;
  let at = w;
  do {
    const gradient = flush(v128.load(at + gradients), floor, notSign);
    v128.store(at + gradients, zero);
    const kept = f32x4.mul(keep, v128.load(at + seconds));
    const second = flush(
      f32x4.add(kept, f32x4.mul(add, f32x4.mul(gradient, gradient))),
      momentFloor,
      notSign,
    );
    v128.store(at + seconds, second);
    const change = f32x4.div(f32x4.mul(rate, gradient), f32x4.add(f32x4.sqrt(second), epsilon));
    v128.store(at, f32x4.sub(v128.load(at), change));
    at += 16;
  } while (at < end);
}

export function updateAdam(w: usize, g: usize, m: usize, v: usize, count: i32): void {
  const notSign = i32x4.splat(0x7fffffff);
  const floor = f32x4.splat(GRADIENT_FLOOR);
  const momentFloor = f32x4.splat(MOMENT_FLOOR);
  const zero = f32x4.splat(0);
  const rate = scalar(RATE);
  const secondScale = scalar(SECOND_SCALE);
  const keepFirst = scalar(KEEP_FIRST);
  const addFirst = scalar(ADD_FIRST);
  const keepSecond = scalar(KEEP_SECOND);
  const addSecond = scalar(ADD_SECOND);
  const epsilon = scalar(EPSILON);
  const end = w + ((<usize>count) << 5);
  const gradients = g - w;
  const firsts = m - w;
  const seconds = v - w;
  let at = w;
  do {
    const gradient = flush(v128.load(at + gradients), floor, notSign);
    v128.store(at + gradients, zero);
    let first = f32x4.mul(keepFirst, v128.load(at + firsts));
    first = flush(f32x4.add(first, f32x4.mul(addFirst, gradient)), momentFloor, notSign);
    let second = f32x4.mul(keepSecond, v128.load(at + seconds));
    second = flush(
      f32x4.add(second, f32x4.mul(addSecond, f32x4.mul(gradient, gradient))),
      momentFloor,
      notSign,
    );
    v128.store(at + firsts, first);
    v128.store(at + seconds, second);
    const deviation = f32x4.sqrt(f32x4.mul(second, secondScale));
    const change = f32x4.div(f32x4.mul(rate, first), f32x4.add(deviation, epsilon));
    v128.store(at, f32x4.sub(v128.load(at), change));
    at += 16;
  } while (at < end);
}
