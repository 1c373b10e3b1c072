import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { initialParameters } from '@holdfast/core/initializers/initial-parameters';
import type { TrainingSetup } from '@holdfast/core/kernels/engine';
import type { LayerDescription } from '@holdfast/core/layers/layer-description';
import { optimizerDefaults } from '@holdfast/core/optimizers/optimizer-description';
import { expect, test } from 'vitest';
import { testedKernels } from '../test/tested-kernels.ts';
import { nativeEngine } from './native-engine.ts';

const plain = { dropout: 0, l1Weights: 0, l2Weights: 0, l1Biases: 0, l2Biases: 0 };
const layers: LayerDescription[] = [
  { ...plain, inputs: 64, units: 256, activation: 'relu' },
  { ...plain, inputs: 256, units: 10, activation: 'softmax' },
];
const rows = 20_000;
const seed = '0'.repeat(16);
/** Its memory is some 12 MB. */
const setup: TrainingSetup = {
  layers,
  optimizer: { ...optimizerDefaults, kind: 'adam', learningRate: 0.001, decay: 0 },
  parameters: initialParameters(layers, 'heNormal', seed),
  rows,
  features: Float32Array.from({ length: rows * 64 }, (_, i) => ((i * 31) % 997) / 500 - 1),
  targets: Int32Array.from({ length: rows }, (_, i) => i % 10),
  lossWeights: null,
  batch: 128,
  seed,
  dropout: { kind: 'drawn', seed },
};
const megabytes = (): number => process.memoryUsage().rss / 1e6;

test('threads that die in the middle of a training leave nothing behind', async () => {
  const dieTwo = async (): Promise<void> => {
    const script = new URL('../test/train-forever.mjs', import.meta.url);
    const threads = [0, 1].map(() => new Worker(script, { workerData: setup }));
    await Promise.all(threads.map((thread) => once(thread, 'message')));
    await Promise.all(threads.map((thread) => thread.terminate()));
  };
  for (let i = 0; i < 3; i++) await dieTwo();
  const before = megabytes();
  for (let i = 0; i < 10; i++) await dieTwo();
  // Of 20 trainings.
  expect(megabytes() - before).toBeLessThan(100);
});

test('a training that is closed gives its memory back at once', () => {
  for (const [, kernels] of testedKernels()) {
    const engine = nativeEngine(kernels);
    const run = (): void => {
      const training = engine.createTraining(setup);
      training.createEvaluationSet(setup.features, setup.targets);
      training.close();
    };
    for (let i = 0; i < 5; i++) run();
    const before = megabytes();
    for (let i = 0; i < 40; i++) run();
    expect(megabytes() - before).toBeLessThan(100);
  }
});
