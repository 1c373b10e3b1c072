/** A block of rows on its way through the layers; back it goes by backward.ts. */
import { dropGivenPanel, dropPanel, scaleSums, startDraws } from './dropout.ts';
import { twoInputsDropped, twoInputsForward } from './few-inputs.ts';
import { addFewUnits, endFewUnits, startFewUnits } from './few-units.ts';
import { isStopped, writeMasks } from './host.ts';
import {
  followsDropout,
  inputOf,
  inputScale,
  layerAt,
  listSize,
  takesTwoInputs,
  wholeGroups,
} from './layer.ts';
import { multiplyPanel } from './multiply-panel.ts';
import { listRows } from './nonzero.ts';
import {
  DRAWS,
  DROPOUT,
  DROPOUT_DRAWN,
  DROPOUT_GIVEN,
  DROPOUT_NONE,
  FEW,
  GROUP,
  GROUPED,
  INPUTS,
  LAYERS,
  MASKS,
  OUTPUT,
  PANEL_SIZE,
  PLAN,
  STEPS,
  SUM_BIASES,
  SUM_WEIGHTS,
  SUMS,
  THRESHOLD,
  UNITS,
  ZEROS,
} from './plan.ts';
import { reluPanel } from './relu.ts';
import { multiplyLists } from './sparse-product.ts';

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
