import { initialParameters } from '@holdfast/core/initializers/initial-parameters';
import type { Engine } from '@holdfast/core/kernels/engine';
import type { LayerDescription } from '@holdfast/core/layers/layer-description';
import { optimizerDefaults } from '@holdfast/core/optimizers/optimizer-description';
import { deriveSeed } from '@holdfast/numeric/derive-seed';

const seed = deriveSeed(0, 'limit');
const widths = [512, 512, 512, 512, 1];
const rows = 1280;

/**
 * GFLOP/s of an engine's best kernel: the forward products of large layers, at the best of many runs. One output, so
 * that next to nothing is copied out.
 */
export function measureLimit(engine: Engine, seconds: number): number {
  const none = { dropout: 0, l1Weights: 0, l2Weights: 0, l1Biases: 0, l2Biases: 0 };
  const layers = widths.slice(1).map((units, l): LayerDescription => {
    const activation = l === widths.length - 2 ? 'linear' : 'relu';
    return { inputs: widths[l]!, units, activation, ...none };
  });
  const training = engine.createTraining({
    layers,
    optimizer: { ...optimizerDefaults, kind: 'sgd', learningRate: 0.01, decay: 0 },
    parameters: initialParameters(layers, 'heNormal', seed),
    rows,
    features: Float32Array.from({ length: rows * widths[0]! }, (_, i) => (i % 13) / 13),
    targets: new Float32Array(rows),
    lossWeights: null,
    batch: rows,
    seed,
    dropout: { kind: 'drawn', seed },
  });
  const outputs = new Float32Array(rows);
  let best = Number.POSITIVE_INFINITY;
  for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
    const start = performance.now();
    training.predict(training.trainingRows, outputs);
    best = Math.min(best, performance.now() - start);
  }
  training.close();
  const products = layers.reduce((sum, { inputs, units }) => sum + inputs * units, 0);
  return (2 * rows * products) / best / 1e6;
}
