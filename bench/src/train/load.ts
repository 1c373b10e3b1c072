import { generateSpiral } from '@holdfast/core/data/spiral';
import { initialParameters } from '@holdfast/core/initializers/initial-parameters';
import type { TrainingSetup } from '@holdfast/core/kernels/engine';
import type { LayerDescription } from '@holdfast/core/layers/layer-description';
import { optimizerDefaults } from '@holdfast/core/optimizers/optimizer-description';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { normal } from '@holdfast/numeric/normal';
import { createStream } from '@holdfast/numeric/stream';

/** A network and data that speed is measured on; docs/performance.md describes them. */
interface Load {
  rows: number;
  /** Inputs, hidden units, classes. */
  sizes: number[];
  /** `null`: all rows. */
  batch: number | null;
  learningRate: number;
  decay: number;
  /** Of the first layer, weights and biases. */
  l2: number;
  dropout: number;
}

const spiral = { batch: null, learningRate: 0.05, decay: 5e-5, l2: 5e-4 };
const batches = { rows: 10_000, batch: 128, learningRate: 0.001, decay: 0, l2: 0, dropout: 0 };

export const loads = {
  a: { ...spiral, rows: 300, sizes: [2, 64, 3], dropout: 0 },
  b: { ...spiral, rows: 3000, sizes: [2, 64, 3], dropout: 0.1 },
  c: { ...spiral, rows: 3000, sizes: [2, 512, 3], dropout: 0.1 },
  d: { ...batches, sizes: [64, 128, 64, 10] },
  e: { ...batches, sizes: [784, 256, 128, 10] },
} as const satisfies Record<string, Load>;

export type LoadName = keyof typeof loads;

export const isLoadName = (name: string): name is LoadName => name in loads;

/** Floating-point operations of an epoch's matrix products, a multiply-add as two. */
export function flopsOf(name: LoadName): number {
  const { rows, sizes }: Load = loads[name];
  let products = 0;
  for (let l = 1; l < sizes.length; l++) {
    // Forward, weight gradients, and input gradients except those of the data.
    products += (l === 1 ? 2 : 3) * sizes[l - 1]! * sizes[l]!;
  }
  return 2 * rows * products;
}

export function setupOf(name: LoadName): TrainingSetup {
  const { rows, sizes, batch, learningRate, decay, l2, dropout }: Load = loads[name];
  const seed = deriveSeed(0, 'bench', name);
  const last = sizes.length - 2;
  const layers = sizes.slice(1).map(
    (units, l): LayerDescription => ({
      inputs: sizes[l]!,
      units,
      activation: l === last ? 'softmax' : 'relu',
      dropout: l === last ? 0 : dropout,
      l1Weights: 0,
      l2Weights: l === 0 ? l2 : 0,
      l1Biases: 0,
      l2Biases: l === 0 ? l2 : 0,
    }),
  );
  return {
    layers,
    optimizer: { ...optimizerDefaults, kind: 'adam', learningRate, decay },
    parameters: initialParameters(layers, sizes[0] === 2 ? 'scaledNormal' : 'heNormal', seed),
    rows,
    ...dataOf(rows, sizes, seed),
    lossWeights: null,
    batch: batch ?? rows,
    seed,
    dropout: { kind: 'drawn', seed },
  };
}

function dataOf(
  rows: number,
  sizes: number[],
  seed: string,
): { features: Float32Array; targets: Int32Array } {
  const columns = sizes[0]!;
  const classes = sizes.at(-1)!;
  if (columns === 2) {
    const { features, labels } = generateSpiral({
      samplesPerClass: rows / classes,
      classes,
      noise: 0.1,
      seed,
    });
    return { features: Float32Array.from(features), targets: labels };
  }
  const stream = createStream(seed, 'noise');
  const targets = Int32Array.from({ length: rows }, (_, row) => row % classes);
  const features = Float32Array.from({ length: rows * columns }, (_, i) => {
    const row = Math.floor(i / columns);
    return 0.3 * Number((i % columns) % classes === targets[row]) + normal(stream, i);
  });
  return { features, targets };
}
