import type { LayerDescription } from '../layers/layer-description.ts';

/** Columns of the native engine's panels, and most rows from one panel of a block to the next: its `kernels/network.h`. */
const PANEL = 16;
const PANEL_ROWS = 130;

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
  for (const { inputs: from, units, activation } of layers) {
    const weights = Math.max(padded(units) * from, padded(from) * units);
    const copies = activation === 'softmax' ? 5 : 4;
    numbers += copies * (weights + padded(units)) + padded(from) * units;
    // Outputs, their gradients, and generators of dropout.
    numbers += PANEL_ROWS * (2 * padded(units) + 4);
  }
  // Outputs of the head, and a gathered block with its targets and loss weights.
  numbers += PANEL_ROWS * (padded(layers.at(-1)!.units) + inputs + 1 + 2 * targetsPerRow);
  for (const rows of sets) numbers += roomFor(rows) * (inputs + targetsPerRow);
  // Loss weights and the order of an epoch.
  numbers += sets[0]! * (targetsPerRow + 1);
  // Each array begins on a cache line; what describes layers, sets and training is some hundred bytes each.
  const arrays = 6 * layers.length + 12 + 3 * sets.length;
  return 4 * numbers + 64 * arrays + 512 * (layers.length + sets.length + 2);
}
