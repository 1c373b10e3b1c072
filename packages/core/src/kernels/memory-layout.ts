/**
 * Where a training's arrays lie in the WASM engine's memory, and how they get there. Sizes are padded to whole
 * panels of eight columns; padding is 0 and stays 0. Everything begins on a multiple of 128 bytes.
 */
import { type LayerDescription, layerOffsets } from '../layers/layer-description.ts';
import * as plan from './assembly/plan.ts';

/** Bytes of a panel's weights to four units, each spread over a register; see assembly/few-units.ts. */
const SPREAD_WEIGHTS = 512;

export const padded = (width: number): number => Math.ceil(width / 8) * 8;
const panels = (width: number): number => Math.ceil(width / 8);

/** Hands out memory from an address on. */
export class Arena {
  end: number;

  constructor(start: number) {
    this.end = start;
  }

  /** @returns the address of so many bytes, a multiple of 128 */
  take(bytes: number): number {
    const start = Math.ceil(this.end / 128) * 128;
    this.end = start + bytes;
    return start;
  }
}

/** Addresses of a layer's arrays; 0 where it has none. */
export interface LayerPlaces {
  weights: number;
  biases: number;
  /** Weights and biases themselves, or of a softmax head, relative to its last class. */
  sumWeights: number;
  sumBiases: number;
  grouped: number;
  weightGradients: number;
  biasGradients: number;
  weightFirst: number;
  biasFirst: number;
  weightSecond: number;
  biasSecond: number;
  transposed: number;
  transposedGradients: number;
  output: number;
  masks: number;
}

export interface Places {
  layers: LayerPlaces[];
  input: number;
  panel: number;
  scratch: number;
  draws: number;
  values: number;
  places: number;
  counts: number;
  compress: number;
  zeros: number;
  scalars: number;
}

export interface Needs {
  /** Gradients and all that goes with them. */
  training: boolean;
  first: boolean;
  second: boolean;
  /** Layers for which masks are written from outside. */
  masks: readonly boolean[];
}

/** Lays out a network and the block that goes through it; the plan itself is at its fixed place. */
export function layOutNetwork(
  layers: readonly LayerDescription[],
  needs: Needs,
): { places: Places; arena: Arena } {
  const arena = new Arena(plan.PLAN + plan.LAYER + layers.length * plan.LAYER_SIZE);
  const take = (wanted: boolean, numbers: number): number => (wanted ? arena.take(4 * numbers) : 0);
  const { training, first, second } = needs;
  const head = layers.at(-1)!;
  const hidden = layers.slice(0, -1);
  const mostUnits = Math.max(0, ...hidden.map(({ units }) => padded(units)));
  // A list for each row of a block, or for each unit; four numbers are appended at a time.
  const listRoom = Math.max((mostUnits + 4) * plan.BLOCK, mostUnits * (plan.BLOCK + 4));
  const places: Places = {
    input: arena.take(panels(layers[0]!.inputs) * plan.PANEL_SIZE),
    panel: take(training && hidden.length > 0, plan.GROUP * (plan.PANEL_SIZE / 4)),
    scratch: arena.take(Math.max((2 * head.units + 2) * 16 + 4 * plan.BLOCK, SPREAD_WEIGHTS)),
    draws: arena.take(plan.BLOCK * 16),
    values: take(hidden.length > 0, listRoom),
    places: take(hidden.length > 0, listRoom),
    counts: arena.take(4 * Math.max(plan.BLOCK, mostUnits)),
    compress: arena.take(256),
    zeros: arena.take(128),
    scalars: arena.take(32),
    layers: layers.map(({ inputs, units, activation }, index) => {
      const weights = padded(inputs) * padded(units);
      const biases = padded(units);
      const few = isFew(layers, index);
      const relative = activation === 'softmax';
      const own = { weights: take(true, weights), biases: take(true, biases) };
      return {
        ...own,
        sumWeights: relative ? take(true, weights) : own.weights,
        sumBiases: relative ? take(true, biases) : own.biases,
        grouped: take(index > 0 && panels(units) >= plan.GROUP, weights),
        weightGradients: take(training, weights),
        biasGradients: take(training, biases),
        weightFirst: take(training && first, weights),
        biasFirst: take(training && first, biases),
        weightSecond: take(training && second, weights),
        biasSecond: take(training && second, biases),
        transposed: take(training && index > 0, weights),
        transposedGradients: take(training && (few || isSparse(layers, index)), weights),
        output: arena.take(panels(units) * plan.PANEL_SIZE),
        masks: needs.masks[index] ? arena.take(panels(units) * plan.PANEL_SIZE) : 0,
      };
    }),
  };
  return { places, arena };
}

/** Whether a layer is a head, behind a hidden layer, that takes the kernels of few units. */
export function isFew(layers: readonly LayerDescription[], index: number): boolean {
  return index > 0 && index === layers.length - 1 && layers[index]!.units <= plan.FEW_UNITS;
}

/** Whether a layer's gradients are summed over lists of what is not 0: in whole groups of panels of inputs. */
function isSparse(layers: readonly LayerDescription[], index: number): boolean {
  return index < layers.length - 1 && panels(layers[index]!.inputs) >= plan.GROUP;
}

/** Writes rows × width numbers, each row padded to whole panels, at an address. */
export function writeRows(memory: Float32Array, address: number, values: Float32Array, width: number): void {
  const rowSize = padded(width);
  if (rowSize === width) {
    memory.set(values, address / 4);
    return;
  }
  for (let at = 0, to = address / 4; at < values.length; to += rowSize)
    for (let column = 0; column < width; column++) memory[to + column] = values[at++]!;
}

/** Which of a layer's arrays; each has a place for weights and one for biases. */
export type ParameterKind = 'parameters' | 'first' | 'second';

const fields = {
  parameters: ['weights', 'biases'],
  first: ['weightFirst', 'biasFirst'],
  second: ['weightSecond', 'biasSecond'],
} as const;

/**
 * Calls `visit(flat, address, length)` for each row of a layer's panels: `length` numbers that lie side by side
 * both in the flat array, from `flat` on, and in memory, from `address` (in numbers) on.
 */
function forEachRow(
  layers: readonly LayerDescription[],
  places: Places,
  kind: ParameterKind,
  visit: (flat: number, address: number, length: number) => void,
): void {
  const [weightField, biasField] = fields[kind];
  for (const [index, { weights, biases }] of layerOffsets(layers).entries()) {
    const { inputs, units } = layers[index]!;
    const place = places.layers[index]!;
    for (let unit = 0; unit < units; unit += 8) {
      const length = Math.min(8, units - unit);
      const panel = place[weightField] / 4 + unit * padded(inputs);
      for (let k = 0; k < inputs; k++) visit(weights + k * units + unit, panel + 8 * k, length);
      visit(biases + unit, place[biasField] / 4 + unit, length);
    }
  }
}

/** Copies an array in the order of `layerOffsets` into panels. A −0 becomes +0. */
export function writeFlat(
  memory: Float32Array,
  layers: readonly LayerDescription[],
  places: Places,
  kind: ParameterKind,
  source: Float32Array,
): void {
  forEachRow(layers, places, kind, (flat, address, length) => {
    for (let i = 0; i < length; i++) memory[address + i] = source[flat + i]! + 0;
  });
}

/** Copies panels into an array in the order of `layerOffsets`. */
export function readFlat(
  memory: Float32Array,
  layers: readonly LayerDescription[],
  places: Places,
  kind: ParameterKind,
  target: Float32Array,
): void {
  forEachRow(layers, places, kind, (flat, address, length) => {
    for (let i = 0; i < length; i++) target[flat + i] = memory[address + i]!;
  });
}

/** Rows that an engine holds, laid out behind the network; see `EvaluationSet`. */
export function placeRows(
  arena: Arena,
  inputs: number,
  rows: number,
  targets: number,
): { features: number; targets: number; order: number } {
  return {
    features: arena.take(4 * rows * padded(inputs)),
    targets: arena.take(4 * targets),
    order: arena.take(4 * rows),
  };
}

/** Bytes of a training's memory that holds these sets of rows, the training rows first. */
export function engineBytes(
  layers: readonly LayerDescription[],
  needs: Needs,
  sets: readonly number[],
  targetsPerRow: number,
): number {
  const { arena } = layOutNetwork(layers, needs);
  for (const rows of sets) placeRows(arena, layers[0]!.inputs, rows, rows * targetsPerRow);
  // The order of an epoch and the loss weights.
  arena.take(4 * sets[0]!);
  arena.take(4 * sets[0]! * targetsPerRow);
  return arena.end;
}

/** Copies the head's outputs of a block, from panels, into rows `from …` of `outputs`. */
export function readOutputs(
  f32: Float32Array,
  layers: readonly LayerDescription[],
  places: Places,
  rows: number,
  outputs: Float32Array,
  from: number,
): void {
  const { units } = layers.at(-1)!;
  const at = places.layers.at(-1)!.output / 4;
  for (let unit = 0; unit < units; unit++) {
    const column = at + Math.floor(unit / 8) * (plan.PANEL_SIZE / 4) + (unit % 8);
    for (let row = 0; row < rows; row++) outputs[(from + row) * units + unit] = f32[column + 8 * row]!;
  }
}
