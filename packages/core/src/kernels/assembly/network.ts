/**
 * A block of rows on its way through the layers, forward and back. All arrays of a block are panels
 * [width / 8][block rows][8]: eight columns of all its rows lie side by side, so that a kernel's reads are in order.
 */
import { addBiasGradients } from './bias-gradient.ts';
import { dropGivenPanel, dropPanel, scaleGradients, scaleSums, startDraws } from './dropout.ts';
import { addTwoInputsGradients, twoInputsDropped, twoInputsForward } from './few-inputs.ts';
import {
  addFewBiasGradients,
  addFewUnits,
  endFewUnits,
  fewUnitsBackward,
  startFewUnits,
} from './few-units.ts';
import { isStopped, writeMasks } from './host.ts';
import { multiplyPanel } from './multiply-panel.ts';
import { listColumns, listRows } from './nonzero.ts';
import {
  BIAS_GRADIENTS,
  DRAWS,
  DROPOUT,
  DROPOUT_DRAWN,
  DROPOUT_GIVEN,
  DROPOUT_NONE,
  FEW,
  GROUP,
  GROUPED,
  INPUT,
  INPUTS,
  LAYER,
  LAYER_SIZE,
  LAYERS,
  MASKS,
  OUTPUT,
  PANEL,
  PANEL_SIZE,
  PLAN,
  SCALE,
  STEPS,
  SUM_BIASES,
  SUM_WEIGHTS,
  SUMS,
  THRESHOLD,
  TRANSPOSED,
  TRANSPOSED_GRADIENTS,
  UNITS,
  WEIGHT_GRADIENTS,
  ZEROS,
} from './plan.ts';
import { maskPanel, reluPanel } from './relu.ts';
import { addListGradients } from './sparse-gradient.ts';
import { multiplyLists } from './sparse-product.ts';
import { addThinGradients, THIN_SUMS } from './thin.ts';
import { groupPanels, transposeBack, transposePanels } from './transpose.ts';
import { addWeightGradients } from './weight-gradient.ts';

/** Address of a layer's fields. */
export function layerAt(index: i32): usize {
  return <usize>(PLAN + LAYER + index * LAYER_SIZE);
}

/** Whether the first layer is a hidden one that takes the kernels of few-inputs.ts. */
export function takesTwoInputs(): bool {
  return load<i32>(layerAt(0), INPUTS) <= 2 && load<i32>(PLAN, LAYERS) > 1;
}

function isHidden(index: i32): bool {
  return index < load<i32>(PLAN, LAYERS) - 1;
}

/** Whether a layer's inputs have passed dropout in training. */
function followsDropout(index: i32): bool {
  return index > 0 && load<i32>(layerAt(index - 1), DROPOUT) !== DROPOUT_NONE;
}

/** The factor of a layer's inputs, once they have passed dropout. */
function inputScale(index: i32): f32 {
  return load<f32>(layerAt(index - 1), SCALE);
}

/** How many of some panels make whole groups. */
function wholeGroups(panels: i32): i32 {
  return panels & ~(GROUP - 1);
}

/** Bytes of a list of up to `count` numbers; four are appended at a time. */
function listSize(count: i32): usize {
  return ((<usize>count) << 2) + 16;
}

/** Panels of the input that a layer sees. */
function inputOf(index: i32): usize {
  return index === 0 ? load<usize>(PLAN, INPUT) : load<usize>(layerAt(index - 1), OUTPUT);
}

/**
 * From the block's input panels to the sums of the head.
 * @param rows a multiple of 4
 * @param training with dropout, of rows that begin at `position` of the step's batch
 * @returns whether it was cancelled
 */
export function forward(rows: i32, training: bool, position: i32): bool {
  const last = load<i32>(PLAN, LAYERS) - 1;
  const few = load<i32>(layerAt(last), FEW) !== 0;
  if (few) startHead(last, rows, training);
  const count = few ? last : last + 1;
  for (let l = 0; l < count; l++) {
    if (forwardLayer(l, rows, l < last, few && l === last - 1, training, position)) return true;
  }
  if (few) endHead(last, rows, training);
  return false;
}

/** Sums of a head with few units begin with the biases; behind dropout those come last. */
function startHead(index: i32, rows: i32, training: bool): void {
  const head = layerAt(index);
  const scaled = training && followsDropout(index);
  startFewUnits(load<usize>(scaled ? PLAN + ZEROS : head + SUM_BIASES), load<usize>(head, OUTPUT), rows);
}

function endHead(index: i32, rows: i32, training: bool): void {
  const head = layerAt(index);
  const z = load<usize>(head, OUTPUT);
  // A sum is never −0, so that times 1, plus 0, it is what it was.
  if (training && followsDropout(index))
    endFewUnits(z, rows, inputScale(index), load<usize>(head, SUM_BIASES));
  else endFewUnits(z, rows, 1, load<usize>(PLAN, ZEROS));
}

/** Adds one panel of the head's inputs to the sums of a head with few units. */
function addToHead(inputs: usize, panel: i32, rows: i32): void {
  const head = layerAt(load<i32>(PLAN, LAYERS) - 1);
  const h = inputs + <usize>panel * PANEL_SIZE;
  const w = load<usize>(head, SUM_WEIGHTS) + ((<usize>panel) << 8);
  addFewUnits(h, w, load<usize>(head, OUTPUT), load<i32>(head, SUMS), rows);
}

/** @param intoHead whether a head with few units takes each panel as it is written */
function forwardLayer(
  index: i32,
  rows: i32,
  hidden: bool,
  intoHead: bool,
  training: bool,
  position: i32,
): bool {
  const layer = layerAt(index);
  const x = inputOf(index);
  const inputs = load<i32>(layer, INPUTS);
  const xPanels = (inputs + 7) >> 3;
  const units = load<i32>(layer, UNITS);
  const weights = load<usize>(layer, SUM_WEIGHTS);
  const biases = load<usize>(layer, SUM_BIASES);
  const output = load<usize>(layer, OUTPUT);
  const dropout = training ? load<i32>(layer, DROPOUT) : DROPOUT_NONE;
  const draws = load<usize>(PLAN, DRAWS);
  const masks = load<usize>(layer, MASKS);
  const threshold = load<i32>(layer, THRESHOLD);
  const scaled = training && followsDropout(index);
  if (dropout === DROPOUT_DRAWN) startDraws(draws, load<u32>(PLAN, STEPS), index, position, rows);
  else if (dropout === DROPOUT_GIVEN) writeMasks(load<u32>(PLAN, STEPS), index, position, rows);
  const weightSize = (<usize>xPanels) << 8;
  const panelWork = (<i64>rows * <i64>xPanels) << 6;
  const twoInputs = index === 0 && takesTwoInputs();
  const starts = scaled ? load<usize>(PLAN, ZEROS) : biases;
  const startSize: usize = scaled ? 0 : 32;
  const grouped = load<usize>(layer, GROUPED);
  const done = grouped === 0 ? 0 : wholeGroups((units + 7) >> 3);
  const list = listSize(xPanels << 3);
  if (done > 0) listRows(x, xPanels, rows, list);
  for (let panel = 0; panel < done; panel += GROUP) {
    if (isStopped(panelWork * GROUP)) return true;
    const w = grouped + <usize>panel * weightSize;
    multiplyLists(list, w, starts + <usize>panel * startSize, output + <usize>panel * PANEL_SIZE, rows);
  }
  for (let panel = 0; panel < (units + 7) >> 3; panel++) {
    if (panel >= done && isStopped(panelWork)) return true;
    const at = <usize>panel * PANEL_SIZE;
    const w = weights + <usize>panel * weightSize;
    const bias = biases + ((<usize>panel) << 5);
    const to = output + at;
    if (twoInputs && dropout === DROPOUT_DRAWN) twoInputsDropped(x, w, bias, to, draws, rows, threshold);
    else if (twoInputs) twoInputsForward(x, w, bias, to, rows);
    else {
      if (panel >= done) multiplyPanel(x, inputs, w, starts + <usize>panel * startSize, to, rows);
      if (scaled) scaleSums(to, bias, rows, inputScale(index));
      if (hidden) reluPanel(to, rows);
      if (dropout === DROPOUT_DRAWN) dropPanel(to, draws, rows, threshold);
    }
    if (dropout === DROPOUT_GIVEN) dropGivenPanel(to, masks + at, rows);
    if (intoHead) addToHead(output, panel, rows);
  }
  return false;
}

/** From the gradient of the head's sums, which stands in its output panels, to all parameter gradients. */
export function backward(rows: i32): bool {
  let l = load<i32>(PLAN, LAYERS) - 1;
  if (load<i32>(layerAt(l), FEW) !== 0) {
    if (backwardFewUnits(l, rows)) return true;
    // With one hidden layer of two inputs that was all.
    l -= l === 1 && takesTwoInputs() ? 2 : 1;
  }
  for (; l >= 0; l--) if (backwardLayer(l, rows)) return true;
  return false;
}

function backwardLayer(index: i32, rows: i32): bool {
  const layer = layerAt(index);
  const x = inputOf(index);
  const inputs = load<i32>(layer, INPUTS);
  const xPanels = (inputs + 7) >> 3;
  const panels = (load<i32>(layer, UNITS) + 7) >> 3;
  const dz = load<usize>(layer, OUTPUT);
  const dw = load<usize>(layer, WEIGHT_GRADIENTS);
  const db = load<usize>(layer, BIAS_GRADIENTS);
  const weightSize = (<usize>xPanels) << 8;
  const panelWork = (<i64>rows * <i64>xPanels) << 6;
  if (index === 0 && takesTwoInputs()) {
    for (let panel = 0; panel < panels; panel++) {
      if (isStopped(panelWork)) return true;
      const at = <usize>panel * PANEL_SIZE;
      addTwoInputsGradients(x, dz + at, dw + <usize>panel * weightSize, db + ((<usize>panel) << 5), rows);
    }
    return false;
  }
  addBiasGradients(dz, panels, db, rows);
  const scaled = followsDropout(index);
  const done = isHidden(index) ? wholeGroups(xPanels) : 0;
  const list = listSize(rows);
  for (let panel = 0; panel < panels; panel++) {
    const here = dz + <usize>panel * PANEL_SIZE;
    if (scaled) scaleGradients(here, rows, inputScale(index));
    if (done > 0) listColumns(here, rows, panel, list);
    if (done === xPanels) continue;
    if (isStopped(panelWork)) return true;
    const to = dw + <usize>panel * weightSize + ((<usize>done) << 8);
    addWeightGradients(x + <usize>done * PANEL_SIZE, xPanels - done, here, to, rows);
  }
  for (let panel = 0; panel < done; panel += GROUP) {
    if (isStopped(((<i64>rows * <i64>panels) << 6) * GROUP)) return true;
    const to = load<usize>(layer, TRANSPOSED_GRADIENTS) + ((<usize>(panel * panels)) << 8);
    addListGradients(list, panels << 3, x + <usize>panel * PANEL_SIZE, to);
  }
  return index > 0 && inputGradients(index, rows);
}

/** The gradient of a layer's inputs, masked, takes the place of those inputs. */
function inputGradients(index: i32, rows: i32): bool {
  const layer = layerAt(index);
  const below = layerAt(index - 1);
  const h = load<usize>(below, OUTPUT);
  const dz = load<usize>(layer, OUTPUT);
  const gradient = load<usize>(PLAN, PANEL);
  const zeros = load<usize>(PLAN, ZEROS);
  const transposed = load<usize>(layer, TRANSPOSED);
  const sums = load<i32>(layer, SUMS);
  const panels = (load<i32>(layer, UNITS) + 7) >> 3;
  const inputPanels = (load<i32>(layer, INPUTS) + 7) >> 3;
  const weightSize = (<usize>panels) << 8;
  const panelWork = (<i64>rows * <i64>panels) << 6;
  const done = isHidden(index) ? wholeGroups(inputPanels) : 0;
  const list = listSize(panels << 3);
  if (done > 0) listRows(dz, panels, rows, list);
  for (let panel = 0; panel < done; panel += GROUP) {
    if (isStopped(panelWork * GROUP)) return true;
    multiplyLists(list, transposed + <usize>panel * weightSize, zeros, gradient, rows);
    for (let i = 0; i < GROUP; i++)
      maskPanel(gradient + <usize>i * PANEL_SIZE, h + <usize>(panel + i) * PANEL_SIZE, rows);
  }
  for (let panel = done; panel < inputPanels; panel++) {
    if (isStopped(panelWork)) return true;
    multiplyPanel(dz, sums, transposed + <usize>panel * weightSize, zeros, gradient, rows);
    maskPanel(gradient, h + <usize>panel * PANEL_SIZE, rows);
  }
  return false;
}

function backwardFewUnits(index: i32, rows: i32): bool {
  const layer = layerAt(index);
  const dz = load<usize>(layer, OUTPUT);
  const transposed = load<usize>(layer, TRANSPOSED);
  const gradients = load<usize>(layer, TRANSPOSED_GRADIENTS);
  const sums = load<i32>(layer, SUMS);
  const inputs = load<i32>(layer, INPUTS);
  if (isStopped((<i64>rows * <i64>inputs) << 3)) return true;
  addFewBiasGradients(dz, load<usize>(layer, BIAS_GRADIENTS), rows, inputScale(index));
  const h = inputOf(index);
  const below = layerAt(index - 1);
  const throughTwoInputs = index === 1 && takesTwoInputs();
  const features = load<usize>(PLAN, INPUT);
  for (let panel = 0; panel < (inputs + 7) >> 3; panel++) {
    const at = (<usize>panel) << 8;
    const here = h + <usize>panel * PANEL_SIZE;
    const w = transposed + at;
    const dw = gradients + at;
    const dwBelow = load<usize>(below, WEIGHT_GRADIENTS) + at;
    const dbBelow = load<usize>(below, BIAS_GRADIENTS) + ((<usize>panel) << 5);
    if (throughTwoInputs && sums <= THIN_SUMS)
      addThinGradients(here, dz, w, dw, features, dwBelow, dbBelow, rows);
    else {
      fewUnitsBackward(here, dz, w, dw, sums, rows);
      // The panel's gradient is used at once, while it is in the nearest cache.
      if (throughTwoInputs) addTwoInputsGradients(features, here, dwBelow, dbBelow, rows);
    }
  }
  return false;
}

/**
 * Brings what the products take of a layer's weights up to date: in groups, and transposed.
 * @param asking whether it may be cancelled
 * @returns whether it was
 */
export function arrangeWeights(index: i32, asking: bool): bool {
  const layer = layerAt(index);
  const grouped = load<usize>(layer, GROUPED);
  const transposed = load<usize>(layer, TRANSPOSED);
  const outer = (load<i32>(layer, UNITS) + 7) >> 3;
  const inner = (load<i32>(layer, INPUTS) + 7) >> 3;
  const weights = load<usize>(layer, SUM_WEIGHTS);
  if (grouped !== 0) groupPanels(weights, inner << 3, grouped, wholeGroups(outer));
  if (transposed === 0) return false;
  const inGroups = isHidden(index) ? wholeGroups(inner) : 0;
  for (let panel = 0; panel < inner; panel++) {
    if (asking && isStopped((<i64>outer) << 8)) return true;
    transposePanels(weights, outer, transposed, inner, inGroups, panel);
  }
  return false;
}

/** Where a layer's weight gradients were summed in transposed form: takes them over, and begins anew. */
export function collectGradients(index: i32): void {
  const layer = layerAt(index);
  const gradients = load<usize>(layer, TRANSPOSED_GRADIENTS);
  if (gradients === 0) return;
  const inner = (load<i32>(layer, UNITS) + 7) >> 3;
  const outer = (load<i32>(layer, INPUTS) + 7) >> 3;
  const grouped = isHidden(index) ? wholeGroups(outer) : 0;
  const count = isHidden(index) ? grouped : outer;
  transposeBack(gradients, count, grouped, load<usize>(layer, WEIGHT_GRADIENTS), outer, inner);
  memory.fill(gradients, 0, (<usize>count * <usize>inner) << 8);
}
