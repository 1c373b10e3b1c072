import type { LayerDescription } from '../layers/layer-description.ts';

/** Columns of the native engine's panels, and most rows from one panel of a block to the next: its `kernels/network.h`. */
const PANEL = 16;
const PANEL_ROWS = 130;
/** Rows and units that are listed at a time: its `kernels/lists.h`. */
const LISTED_ROWS = 32;
const LISTED_UNITS = 64;

const padded = (width: number): number => Math.ceil(width / PANEL) * PANEL;
const roomFor = (rows: number): number => Math.ceil(rows / 8) * 8;

/**
 * At most the bytes of memory that the native engine takes for a training and the sets of rows it holds, the
 * training rows first: `Training::lay` and `Rows::lay` of its kernels, with each layer at its larger form. Wider
 * panels and both moments, whatever the optimizer, make it more than the WASM engine's where a network is narrow.
 */
export function nativeEngineBytes(
  layers: readonly LayerDescription[],
  sets: readonly number[],
  targetsPerRow: number,
): number {
  const inputs = padded(layers[0]!.inputs);
  // Parameters, their gradients and two moments; the weights once more, transposed. A softmax head has its parameters
  // relative to its last class besides.
  let numbers = 0;
  for (const [index, { inputs: from, units, activation }] of layers.entries()) {
    const weights = Math.max(padded(units) * from, padded(from) * units);
    const copies = activation === 'softmax' ? 5 : 4;
    numbers += copies * (weights + padded(units)) + weights;
    // Outputs, in whose place a hidden layer has their gradients, and generators of dropout.
    const panels = index === layers.length - 1 ? 2 : 1;
    numbers += PANEL_ROWS * (panels * padded(units) + 4);
  }
  // Lists of what is not 0, of some rows of the widest hidden layer and of some units: values, places and counts.
  const widest = Math.max(0, ...layers.slice(0, -1).map(({ units }) => padded(units)));
  if (layers.length > 1)
    numbers += LISTED_ROWS * (2 * (widest + 8) + 1) + LISTED_UNITS * (2 * (PANEL_ROWS + 8) + 1);
  // Outputs of the head, and a gathered block with its targets and loss weights.
  numbers += PANEL_ROWS * (padded(layers.at(-1)!.units) + inputs + 1 + 2 * targetsPerRow);
  for (const rows of sets) numbers += roomFor(rows) * (inputs + targetsPerRow);
  // Loss weights and the order of an epoch.
  numbers += sets[0]! * (targetsPerRow + 1);
  // Each array begins on a cache line; what describes layers, sets and training is some hundred bytes each.
  const arrays = 6 * layers.length + 18 + 3 * sets.length;
  return 4 * numbers + 64 * arrays + 512 * (layers.length + sets.length + 2);
}
