import { initialParameters } from '@holdfast/core/initializers/initial-parameters';
import type { Engine, TrainingSetup } from '@holdfast/core/kernels/engine';
import type { LayerDescription } from '@holdfast/core/layers/layer-description';
import { deriveSeed, sipHash } from '@holdfast/numeric/derive-seed';
import { normal } from '@holdfast/numeric/normal';
import { createStream } from '@holdfast/numeric/stream';

/** SipHash of the state that the reference engine is in after `checkedTraining`, for this numerics version. */
export const knownDigest = '2fdf7f12109f5f35 6859cd63bd3c58c0';

const plain = { dropout: 0, l1Weights: 0, l2Weights: 0, l1Biases: 0, l2Biases: 0 };
const penalties = { l1Weights: 1e-4, l2Weights: 1e-3, l1Biases: 1e-4, l2Biases: 1e-3 };
const networks: LayerDescription[][] = [
  [
    { ...plain, ...penalties, inputs: 19, units: 37, activation: 'relu', dropout: 0.2 },
    { ...plain, inputs: 37, units: 18, activation: 'relu' },
    { ...plain, inputs: 18, units: 5, activation: 'softmax' },
  ],
  // The kernels for few inputs and few outputs.
  [
    { ...plain, ...penalties, inputs: 2, units: 30, activation: 'relu', dropout: 0.1 },
    { ...plain, inputs: 30, units: 3, activation: 'softmax' },
  ],
];

function setupOf(layers: LayerDescription[]): TrainingSetup {
  const rows = 150;
  const seed = deriveSeed(0, 'self-check');
  const stream = createStream(seed, 'noise');
  const { inputs } = layers[0]!;
  const classes = layers.at(-1)!.units;
  return {
    layers,
    optimizer: {
      kind: 'adam',
      learningRate: 0.01,
      decay: 1e-3,
      momentum: 0,
      rho: 0.9,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-7,
    },
    parameters: initialParameters(layers, 'heNormal', seed),
    rows,
    features: Float32Array.from({ length: rows * inputs }, (_, i) => normal(stream, i)),
    targets: Int32Array.from({ length: rows }, (_, row) => row % classes),
    lossWeights: null,
    batch: 64,
    seed,
    dropout: { kind: 'drawn', seed },
  };
}

/** Trains two small networks for a few epochs and digests all that is left of them: some milliseconds. */
export function digestTraining(engine: Engine): string {
  const digests = networks.map((layers) => {
    const training = engine.createTraining(setupOf(layers));
    training.trainEpochs(3);
    const state = training.saveState();
    training.close();
    return sipHash(state, 0n, 0n).toString(16).padStart(16, '0');
  });
  return digests.join(' ');
}
