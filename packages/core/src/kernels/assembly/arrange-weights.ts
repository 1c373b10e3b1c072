/** Weights as the products take them, and gradients as they leave them. */
import { isStopped } from './host.ts';
import { isHidden, layerAt, wholeGroups } from './layer.ts';
import {
  GROUPED,
  INPUTS,
  SUM_WEIGHTS,
  TRANSPOSED,
  TRANSPOSED_GRADIENTS,
  UNITS,
  WEIGHT_GRADIENTS,
} from './plan.ts';
import { groupPanels, transposeBack, transposePanel } from './transpose.ts';

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
    transposePanel(weights, outer, transposed, inner, inGroups, panel);
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
