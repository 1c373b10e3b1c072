import type { Initializer } from '@holdfast/contracts/hyperparameters';
import type { Seed } from '@holdfast/numeric/derive-seed';
import { normal } from '@holdfast/numeric/normal';
import { createStream, type Stream } from '@holdfast/numeric/stream';
import { uniform } from '@holdfast/numeric/uniform';
import { type LayerDescription, layerOffsets } from '../layers/layer-description.ts';

function drawWeight(
  initializer: Initializer,
  inputs: number,
  units: number,
): (stream: Stream, index: number) => number {
  switch (initializer) {
    case 'heNormal': {
      const deviation = Math.sqrt(2 / inputs);
      return (stream, index) => deviation * normal(stream, index);
    }
    case 'glorotUniform': {
      const limit = Math.sqrt(6 / (inputs + units));
      return (stream, index) => limit * (2 * uniform(stream, index) - 1);
    }
    case 'scaledNormal':
      return (stream, index) => 0.01 * normal(stream, index);
  }
}

/**
 * Initial parameters in the order of `layerOffsets`, biases 0. heNormal N(0, 2/inputs) (He et al. 2015),
 * glorotUniform ±√(6/(inputs+units)) (Glorot and Bengio 2010), scaledNormal 0.01·N(0, 1). Layer l's weight i
 * takes draw i of initial-weight stream l, in float64, rounded to float32.
 */
export function initialParameters(
  layers: readonly LayerDescription[],
  initializer: Initializer,
  seed: Seed,
): Float32Array {
  const offsets = layerOffsets(layers);
  const parameters = new Float32Array(offsets.at(-1)!.end);
  for (const [index, { inputs, units }] of layers.entries()) {
    const stream = createStream(seed, 'initialWeights', index);
    const draw = drawWeight(initializer, inputs, units);
    const { weights, biases } = offsets[index]!;
    for (let i = weights; i < biases; i++) parameters[i] = draw(stream, i - weights);
  }
  return parameters;
}
