/**
 * A block's way back, layer by layer: from the gradient of a layer's sums to those of its parameters, and to the gradient
 * of the sums below, which takes the place of the outputs there.
 */
import { addBiasGradients } from './bias-gradient.ts';
import { scaleGradients } from './dropout.ts';
import { addTwoInputsGradients } from './few-inputs.ts';
import { addFewBiasGradients, fewUnitsBackward } from './few-units.ts';
import { isStopped } from './host.ts';
import {
  followsDropout,
  inputOf,
  inputScale,
  isHidden,
  layerAt,
  listSize,
  takesTwoInputs,
  wholeGroups,
} from './layer.ts';
import { multiplyPanel } from './multiply-panel.ts';
import { listColumns, listRows } from './nonzero.ts';
import {
  BIAS_GRADIENTS,
  FEW,
  GROUP,
  INPUT,
  INPUTS,
  LAYERS,
  OUTPUT,
  PANEL,
  PANEL_SIZE,
  PLAN,
  SUMS,
  TRANSPOSED,
  TRANSPOSED_GRADIENTS,
  UNITS,
  WEIGHT_GRADIENTS,
  ZEROS,
} from './plan.ts';
import { maskPanel } from './relu.ts';
import { addListGradients } from './sparse-gradient.ts';
import { multiplyLists } from './sparse-product.ts';
import { addThinGradients, THIN_SUMS } from './thin.ts';
import { addWeightGradients } from './weight-gradient.ts';

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
