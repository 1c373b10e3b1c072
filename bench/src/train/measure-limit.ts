import { initialParameters } from '@holdfast/core/initializers/initial-parameters';
import type { Engine } from '@holdfast/core/kernels/engine';
import type { LayerDescription } from '@holdfast/core/layers/layer-description';
import { optimizerDefaults } from '@holdfast/core/optimizers/optimizer-description';
import { deriveSeed } from '@holdfast/numeric/derive-seed';

const seed = deriveSeed(0, 'limit');
const [inputs, units, rows] = [256, 512, 1280];

/** GFLOP/s of an engine's best kernel: the forward product of one large layer, at the best of many runs. */
export function measureLimit(engine: Engine, seconds: number): number {
  const none = { dropout: 0, l1Weights: 0, l2Weights: 0, l1Biases: 0, l2Biases: 0 };
  const layers: LayerDescription[] = [{ inputs, units, activation: 'linear', ...none }];
  const training = engine.createTraining({
    layers,
    optimizer: { ...optimizerDefaults, kind: 'sgd', learningRate: 0.01, decay: 0 },
    parameters: initialParameters(layers, 'heNormal', seed),
    rows,
    features: Float32Array.from({ length: rows * inputs }, (_, i) => (i % 13) / 13),
    targets: new Float32Array(rows * units),
    lossWeights: null,
    batch: rows,
    seed,
    dropout: { kind: 'drawn', seed },
  });
  const outputs = new Float32Array(rows * units);
  let best = Number.POSITIVE_INFINITY;
  for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
    const start = performance.now();
    training.predict(training.trainingRows, outputs);
    best = Math.min(best, performance.now() - start);
  }
  training.close();
  return (2 * rows * inputs * units) / best / 1e6;
}
