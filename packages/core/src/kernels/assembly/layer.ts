/**
 * What there is to know of a layer. All arrays of a block are panels [width / 8][block rows][8]: eight columns of all its
 * rows lie side by side, so that a kernel's reads are in order.
 */
import {
  DROPOUT,
  DROPOUT_NONE,
  GROUP,
  INPUT,
  INPUTS,
  LAYER,
  LAYER_SIZE,
  LAYERS,
  OUTPUT,
  PLAN,
  SCALE,
} from './plan.ts';

/** Address of a layer's fields. */
export function layerAt(index: i32): usize {
  return <usize>(PLAN + LAYER + index * LAYER_SIZE);
}

/** Whether the first layer is a hidden one that takes the kernels of few-inputs.ts. */
export function takesTwoInputs(): bool {
  return load<i32>(layerAt(0), INPUTS) <= 2 && load<i32>(PLAN, LAYERS) > 1;
}

export function isHidden(index: i32): bool {
  return index < load<i32>(PLAN, LAYERS) - 1;
}

/** Whether a layer's inputs have passed dropout in training. */
export function followsDropout(index: i32): bool {
  return index > 0 && load<i32>(layerAt(index - 1), DROPOUT) !== DROPOUT_NONE;
}

/** The factor of a layer's inputs, once they have passed dropout. */
export function inputScale(index: i32): f32 {
  return load<f32>(layerAt(index - 1), SCALE);
}

/** How many of some panels make whole groups. */
export function wholeGroups(panels: i32): i32 {
  return panels & ~(GROUP - 1);
}

/** Bytes of a list of up to `count` numbers; four are appended at a time. */
export function listSize(count: i32): usize {
  return ((<usize>count) << 2) + 16;
}

/** Panels of the input that a layer sees. */
export function inputOf(index: i32): usize {
  return index === 0 ? load<usize>(PLAN, INPUT) : load<usize>(layerAt(index - 1), OUTPUT);
}
