import type { TrainingSetup } from '@holdfast/core/kernels/engine';
import type { LayerDescription } from '@holdfast/core/layers/layer-description';
import { seedWords } from '@holdfast/numeric/derive-seed';

const activations = ['relu', 'softmax', 'sigmoid', 'linear'];
const optimizers = ['sgd', 'adagrad', 'rmsprop', 'adam'];

const numbersOfLayer = (layer: LayerDescription): number[] => [
  layer.inputs,
  layer.units,
  activations.indexOf(layer.activation),
  layer.dropout,
  layer.l1Weights,
  layer.l2Weights,
  layer.l1Biases,
  layer.l2Biases,
];

/** A set-up as the numbers that `kernels/kernels.h` lists (`SetupField`, then each layer's `LayerField`s). */
export function describeTraining(setup: TrainingSetup): Float64Array {
  const { layers, optimizer, rows, batch, seed, dropout, lossWeights } = setup;
  const { kind, learningRate, decay, momentum, rho, beta1, beta2, epsilon } = optimizer;
  // Where masks are drawn they have the seed of their own source.
  const [orderHigh, orderLow] = seedWords(seed);
  const [dropoutHigh, dropoutLow] = seedWords(dropout.kind === 'drawn' ? dropout.seed : seed);
  const rules = [kind, learningRate, decay, momentum, rho, beta1, beta2, epsilon];
  return Float64Array.of(
    layers.length,
    rows,
    batch,
    orderHigh,
    orderLow,
    dropoutHigh,
    dropoutLow,
    Number(dropout.kind === 'given'),
    Number(lossWeights !== null),
    ...rules.map((rule) => (typeof rule === 'string' ? optimizers.indexOf(rule) : rule)),
    ...layers.flatMap(numbersOfLayer),
  );
}

/** A network that only predicts: no rows. */
export function describePredictor(layers: readonly LayerDescription[]): Float64Array {
  const fieldsBeforeLayers = 17;
  return Float64Array.of(
    layers.length,
    ...new Array<number>(fieldsBeforeLayers - 1).fill(0),
    ...layers.flatMap(numbersOfLayer),
  );
}
