/**
 * The entry points of the WASM engine. A training lies whole in memory, as the plan (plan.ts) says; one call trains
 * many epochs. Mental model: an epoch is a list of row indices; a batch is a stretch of it; a batch goes through the
 * network in blocks of rows, forward and back, and adds to the gradients; then the parameters are updated.
 */
import { arrangeWeights, collectGradients } from './arrange-weights.ts';
import { backward } from './backward.ts';
import { forward } from './forward.ts';
import { gatherRows, gatherTwoInputs } from './gather.ts';
import { headPanels } from './head.ts';
import { beginAsking, writeScalars } from './host.ts';
import { lastClassGradients, relativeToLastClass } from './last-class.ts';
import { layerAt, takesTwoInputs } from './layer.ts';
import {
  BATCH,
  BIASES,
  BLOCK,
  CANCELLED,
  COMPLETED,
  DIVERGED,
  EPOCHS,
  FEATURES,
  HEAD,
  HEAD_SOFTMAX,
  INPUT,
  INPUTS,
  LAST_BATCH,
  LAYERS,
  LOSS_SUM,
  LOSS_WEIGHTS,
  ORDER,
  OUTPUT,
  PLAN,
  RIGHT,
  ROWS,
  STEPS,
  TARGETS,
  UNITS,
  WEIGHTS,
} from './plan.ts';
import { orderRows, shuffleRows } from './shuffle.ts';
import { updateLayer } from './update.ts';

/** Takes the rows `order[0 … rows − 1]` in and forward; whether it was cancelled. */
function forwardBlock(features: usize, order: usize, rows: i32, training: bool, position: i32): bool {
  const panels = (load<i32>(layerAt(0), INPUTS) + 7) >> 3;
  if (takesTwoInputs()) gatherTwoInputs(features, order, rows, load<usize>(PLAN, INPUT));
  else gatherRows(features, order, rows, panels, load<usize>(PLAN, INPUT));
  return forward((rows + 3) & ~3, training, position);
}

function beginSums(): void {
  store<f64>(PLAN, 0, LOSS_SUM);
  store<i32>(PLAN, 0, RIGHT);
}

/** One update from the rows `order[0 … rows − 1]`; whether it was cancelled. */
function trainStep(order: usize, rows: i32): bool {
  const layers = load<i32>(PLAN, LAYERS);
  const head = layerAt(layers - 1);
  const features = load<usize>(PLAN, FEATURES);
  const targets = load<usize>(PLAN, TARGETS);
  const weights = load<usize>(PLAN, LOSS_WEIGHTS);
  beginSums();
  for (let start = 0; start < rows; start += BLOCK) {
    const here = order + ((<usize>start) << 2);
    const count = min(BLOCK, rows - start);
    if (forwardBlock(features, here, count, true, start)) return true;
    const units = load<i32>(head, UNITS);
    headPanels(load<usize>(head, OUTPUT), units, count, here, targets, weights, rows);
    if (backward((count + 3) & ~3)) return true;
  }
  const step = load<u32>(PLAN, STEPS);
  writeScalars(step);
  for (let l = 0; l < layers; l++) {
    const layer = layerAt(l);
    const relative = l === layers - 1 && load<i32>(PLAN, HEAD) === HEAD_SOFTMAX;
    collectGradients(l);
    if (relative) lastClassGradients(layer);
    if (updateLayer(layer)) return true;
    if (relative) relativeToLastClass(layer);
    if (arrangeWeights(l, true)) return true;
  }
  store<u32>(PLAN, step + 1, STEPS);
  store<i32>(PLAN, rows, LAST_BATCH);
  return false;
}

/** Whether `count` × 8 numbers are finite: each minus itself is 0 then, and NaN otherwise. */
function areFinite(from: usize, count: i32): bool {
  let sum = f32x4.splat(0);
  const end = from + ((<usize>count) << 5);
  for (let at = from; at < end; at += 16) {
    const values = v128.load(at);
    sum = f32x4.add(sum, f32x4.sub(values, values));
  }
  return i32x4.bitmask(f32x4.eq(sum, sum)) === 15;
}

function parametersAreFinite(): bool {
  for (let l = 0; l < load<i32>(PLAN, LAYERS); l++) {
    const layer = layerAt(l);
    const panels = (load<i32>(layer, UNITS) + 7) >> 3;
    const inputs = (load<i32>(layer, INPUTS) + 7) & ~7;
    if (!areFinite(load<usize>(layer, WEIGHTS), panels * inputs)) return false;
    if (!areFinite(load<usize>(layer, BIASES), panels)) return false;
  }
  return true;
}

/** Parameters were written from outside. */
export function refresh(): void {
  const layers = load<i32>(PLAN, LAYERS);
  if (load<i32>(PLAN, HEAD) === HEAD_SOFTMAX) relativeToLastClass(layerAt(layers - 1));
  for (let l = 0; l < layers; l++) arrangeWeights(l, false);
}

/** Trains up to `count` epochs; EPOCHS and STEPS count on. Loss and right outputs are those of the last step. */
export function trainEpochs(count: i32): i32 {
  const rows = load<i32>(PLAN, ROWS);
  const batch = load<i32>(PLAN, BATCH);
  const order = load<usize>(PLAN, ORDER);
  beginAsking();
  orderRows();
  for (let epoch = 0; epoch < count; epoch++) {
    if (batch < rows) shuffleRows();
    let finite = true;
    for (let start = 0; start < rows; start += batch) {
      if (trainStep(order + ((<usize>start) << 2), min(batch, rows - start))) return CANCELLED;
      const loss = load<f64>(PLAN, LOSS_SUM);
      if (loss - loss !== 0) finite = false;
    }
    store<i32>(PLAN, load<i32>(PLAN, EPOCHS) + 1, EPOCHS);
    if (!finite || !parametersAreFinite()) return DIVERGED;
  }
  return COMPLETED;
}

/**
 * Adds loss and right outputs of rows in evaluation mode to LOSS_SUM and RIGHT.
 * @param order the row indices 0, 1, …
 */
export function evaluate(features: usize, targets: usize, order: usize, rows: i32): i32 {
  const head = layerAt(load<i32>(PLAN, LAYERS) - 1);
  beginAsking();
  beginSums();
  for (let start = 0; start < rows; start += BLOCK) {
    const here = order + ((<usize>start) << 2);
    const count = min(BLOCK, rows - start);
    if (forwardBlock(features, here, count, false, 0)) return CANCELLED;
    headPanels(load<usize>(head, OUTPUT), load<i32>(head, UNITS), count, here, targets, 0, 0);
  }
  return COMPLETED;
}

/** Outputs of one block of rows, into the head's output panels. */
export function predictBlock(features: usize, order: usize, rows: i32): i32 {
  const head = layerAt(load<i32>(PLAN, LAYERS) - 1);
  beginAsking();
  if (forwardBlock(features, order, rows, false, 0)) return CANCELLED;
  headPanels(load<usize>(head, OUTPUT), load<i32>(head, UNITS), rows, order, 0, 0, 0);
  return COMPLETED;
}
