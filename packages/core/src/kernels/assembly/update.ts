/**
 * Ends a step: penalties and optimizer, element by element, as ../../regularizers/penalty.ts and
 * ../../optimizers/update.ts write them, and gradients are zero again. Weights, gradients and moments have one
 * layout, so an update runs through them side by side, 8 numbers at a time.
 */
import { updateAdagrad, updateAdam, updateMomentum, updateRmsprop, updateSgd } from './optimizers.ts';
import {
  BIAS_FIRST,
  BIAS_GRADIENTS,
  BIAS_L1,
  BIAS_L2,
  BIAS_SECOND,
  BIASES,
  INPUTS,
  OPTIMIZER,
  OPTIMIZER_ADAGRAD,
  OPTIMIZER_MOMENTUM,
  OPTIMIZER_RMSPROP,
  OPTIMIZER_SGD,
  PLAN,
  UNITS,
  WEIGHT_FIRST,
  WEIGHT_GRADIENTS,
  WEIGHT_L1,
  WEIGHT_L2,
  WEIGHT_SECOND,
  WEIGHTS,
} from './plan.ts';

/** Adds `2·λ₂·w + λ₁·s(w)` to the gradients of `count` × 8 numbers, those of the lanes in the masks alone. */
function addPenalty(
  w: usize,
  g: usize,
  count: i32,
  twice: f32,
  size: f32,
  maskLow: v128,
  maskHigh: v128,
): void {
  const twices = f32x4.splat(twice);
  const sizes = f32x4.splat(size);
  const zero = f32x4.splat(0);
  const sign = i32x4.splat(0x80000000);
  for (let i = 0; i < count << 1; i++) {
    const at = (<usize>i) << 4;
    const weight = v128.load(w + at);
    let gradient = v128.load(g + at);
    if (twice !== 0) gradient = f32x4.add(gradient, f32x4.mul(twices, weight));
    if (size !== 0) {
      const signed = v128.or(sizes, v128.and(f32x4.lt(weight, zero), sign));
      // A padded weight has no penalty, or it would not stay 0.
      gradient = f32x4.add(gradient, v128.and(signed, (i & 1) === 0 ? maskLow : maskHigh));
    }
    v128.store(g + at, gradient);
  }
}

function updateNumbers(w: usize, g: usize, first: usize, second: usize, count: i32): void {
  const optimizer = load<i32>(PLAN, OPTIMIZER);
  if (optimizer === OPTIMIZER_SGD) updateSgd(w, g, count);
  else if (optimizer === OPTIMIZER_MOMENTUM) updateMomentum(w, g, first, count);
  else if (optimizer === OPTIMIZER_ADAGRAD) updateAdagrad(w, g, second, count);
  else if (optimizer === OPTIMIZER_RMSPROP) updateRmsprop(w, g, second, count);
  else updateAdam(w, g, first, second, count);
}

/** Lanes from `from` on that are units of the last panel. */
function unitLanes(units: i32, from: i32): v128 {
  const inLast = units - ((units - 1) & ~7);
  return i32x4.gt_s(i32x4.splat(inLast - from), i32x4(0, 1, 2, 3));
}

/** Updates the parameters of a layer. */
export function updateLayer(layer: usize): void {
  const inputs = load<i32>(layer, INPUTS);
  const units = load<i32>(layer, UNITS);
  const panels = (units + 7) >> 3;
  const weightL2 = load<f32>(layer, WEIGHT_L2);
  const weightL1 = load<f32>(layer, WEIGHT_L1);
  const biasL2 = load<f32>(layer, BIAS_L2);
  const biasL1 = load<f32>(layer, BIAS_L1);
  const all = i32x4.splat(-1);
  const lastLow = unitLanes(units, 0);
  const lastHigh = unitLanes(units, 4);
  const size = (<usize>((inputs + 7) & ~7)) << 5;
  for (let panel = 0; panel < panels; panel++) {
    const last = panel === panels - 1;
    const maskLow = last ? lastLow : all;
    const maskHigh = last ? lastHigh : all;
    const at = <usize>panel * size;
    const w = load<usize>(layer, WEIGHTS) + at;
    const g = load<usize>(layer, WEIGHT_GRADIENTS) + at;
    if (weightL2 !== 0 || weightL1 !== 0) addPenalty(w, g, inputs, weightL2, weightL1, maskLow, maskHigh);
    const first = load<usize>(layer, WEIGHT_FIRST) + at;
    updateNumbers(w, g, first, load<usize>(layer, WEIGHT_SECOND) + at, inputs);
    if (biasL2 !== 0 || biasL1 !== 0) {
      const bias = (<usize>panel) << 5;
      const biases = load<usize>(layer, BIASES) + bias;
      const gradients = load<usize>(layer, BIAS_GRADIENTS) + bias;
      addPenalty(biases, gradients, 1, biasL2, biasL1, maskLow, maskHigh);
    }
  }
  const biasFirst = load<usize>(layer, BIAS_FIRST);
  const biasSecond = load<usize>(layer, BIAS_SECOND);
  const gradients = load<usize>(layer, BIAS_GRADIENTS);
  updateNumbers(load<usize>(layer, BIASES), gradients, biasFirst, biasSecond, panels);
}
