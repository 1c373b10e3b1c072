import type { LayerDescription } from '../layers/layer-description.ts';
import * as plan from './assembly/plan.ts';
import { isFew, type Places } from './memory-layout.ts';
import type { WasmInstance } from './wasm-instance.ts';

const heads = { softmax: plan.HEAD_SOFTMAX, sigmoid: plan.HEAD_SIGMOID, linear: plan.HEAD_LINEAR };

/** See COMPRESS; lanes that are not in the set are filled with lane 0. */
function writeCompress(i32: Int32Array, address: number): void {
  const lane = 0x03020100;
  for (let set = 0; set < 16; set++) {
    const lanes = [0, 1, 2, 3].filter((each) => (set >> each) % 2 === 1);
    for (const [place, each] of lanes.entries())
      i32[address / 4 + 4 * set + place] = lane + each * 0x04040404;
  }
}

/** The plan's fields that every network has. */
export function writeNetworkPlan(
  { i32, f32 }: WasmInstance,
  layers: readonly LayerDescription[],
  places: Places,
): void {
  const at = (offset: number): number => (plan.PLAN + offset) / 4;
  const { activation } = layers.at(-1)!;
  i32[at(plan.LAYERS)] = layers.length;
  i32[at(plan.HEAD)] = heads[activation as keyof typeof heads];
  i32[at(plan.INPUT)] = places.input;
  i32[at(plan.PANEL)] = places.panel;
  i32[at(plan.SCRATCH)] = places.scratch;
  i32[at(plan.DRAWS)] = places.draws;
  i32[at(plan.VALUES)] = places.values;
  i32[at(plan.PLACES)] = places.places;
  i32[at(plan.COUNTS)] = places.counts;
  i32[at(plan.COMPRESS)] = places.compress;
  i32[at(plan.ZEROS)] = places.zeros;
  writeCompress(i32, places.compress);
  i32[at(plan.SCALARS)] = places.scalars;
  for (const [index, layer] of layers.entries()) {
    const place = places.layers[index]!;
    const field = (offset: number): number => at(plan.LAYER + index * plan.LAYER_SIZE + offset);
    i32[field(plan.INPUTS)] = layer.inputs;
    i32[field(plan.UNITS)] = layer.units;
    i32[field(plan.WEIGHTS)] = place.weights;
    i32[field(plan.BIASES)] = place.biases;
    i32[field(plan.SUM_WEIGHTS)] = place.sumWeights;
    i32[field(plan.SUM_BIASES)] = place.sumBiases;
    i32[field(plan.GROUPED)] = place.grouped;
    i32[field(plan.SUMS)] = layer.activation === 'softmax' ? layer.units - 1 : layer.units;
    i32[field(plan.WEIGHT_GRADIENTS)] = place.weightGradients;
    i32[field(plan.BIAS_GRADIENTS)] = place.biasGradients;
    i32[field(plan.WEIGHT_FIRST)] = place.weightFirst;
    i32[field(plan.BIAS_FIRST)] = place.biasFirst;
    i32[field(plan.WEIGHT_SECOND)] = place.weightSecond;
    i32[field(plan.BIAS_SECOND)] = place.biasSecond;
    i32[field(plan.TRANSPOSED)] = place.transposed;
    i32[field(plan.TRANSPOSED_GRADIENTS)] = place.transposedGradients;
    i32[field(plan.OUTPUT)] = place.output;
    i32[field(plan.MASKS)] = place.masks;
    i32[field(plan.FEW)] = Number(isFew(layers, index));
    f32[field(plan.SCALE)] = 1;
  }
}
