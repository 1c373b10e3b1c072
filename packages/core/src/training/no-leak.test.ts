import type { Augmentation, Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wasmEngine } from '../kernels/wasm.ts';
import type { ColumnEncoding } from '../preprocessing/column-encoding.ts';
import type { TrainingSet } from '../training-set.ts';
import { trainRows } from './train-rows.ts';

const rows = 40;
const trainingRows = Int32Array.from({ length: rows }, (_, row) => row).filter((row) => row % 4 !== 0);
const validationRows = Int32Array.from({ length: rows / 4 }, (_, i) => 4 * i);

const encodings: ColumnEncoding[] = [
  { kind: 'number', categories: 0, missing: 'median' },
  { kind: 'category', categories: 3, missing: 'ownCategory' },
  { kind: 'boolean', categories: 0, missing: 'mostFrequent' },
];

const params: Hyperparameters = {
  hiddenLayers: [5],
  activation: 'relu',
  optimizer: 'adam',
  learningRate: 0.05,
  l1: 0,
  l2: 1e-3,
  regularizeOutput: false,
  dropout: 0.2,
  scaler: 'standard',
  initializer: 'heNormal',
  noise: 0.1,
  classWeights: 'none',
  batchSize: 8,
  epochs: 4,
};

type Values = { features: number[]; targets: number[] };

function dataOf(task: TrainingSet['task'], { features, targets }: Values, isImage = false): TrainingSet {
  const table = isImage
    ? { rows, columns: pixels, features: Float64Array.from(features) }
    : { rows, columns: 3, features: Float64Array.from(features), encodings };
  switch (task) {
    case 'classification':
      return { ...table, task, outputs: 3, targets: Int32Array.from(targets) };
    case 'binary':
      return { ...table, task, outputs: 1, targets: Uint8Array.from(targets, (target) => target % 2) };
    case 'regression':
      return {
        ...table,
        task,
        outputs: 1,
        targets: Float64Array.from(targets, (target) => 7 * target + 0.5),
      };
  }
}

const row = fc.tuple(
  fc.oneof(
    fc.integer({ min: -80_000, max: 80_000 }).map((eighths) => eighths / 8),
    fc.constant(Number.NaN),
  ),
  fc.constantFrom(0, 1, 2, Number.NaN),
  fc.constantFrom(0, 1, Number.NaN),
);
const pixels = 9;
const images = fc.record({
  features: fc.array(fc.integer({ min: 0, max: 255 }), {
    minLength: pixels * rows,
    maxLength: pixels * rows,
  }),
  targets: fc.array(fc.nat(2), { minLength: rows, maxLength: rows }),
});
const values = fc.record({
  features: fc.array(row, { minLength: rows, maxLength: rows }).map((list) => list.flat()),
  targets: fc.array(fc.nat(2), { minLength: rows, maxLength: rows }),
});

const everyStep: Augmentation = [
  { kind: 'shift', pixels: 1 },
  { kind: 'rotate', degrees: 30 },
  { kind: 'noise', deviation: 0.1 },
];

test.each([
  ['classification', 'mixed columns'],
  ['binary', 'mixed columns'],
  ['regression', 'mixed columns'],
  ['classification', 'images that are augmented'],
] as const)(
  '%s of %s: the trained parameters keep their bits whatever the validation rows hold',
  (task, what) => {
    const balanced = task === 'regression' ? 'none' : 'balanced';
    const isImage = what !== 'mixed columns';
    const [held, width] = isImage ? [images, pixels] : [values, 3];
    fc.assert(
      fc.property(held, held, fc.boolean(), (first, other, stopEarly) => {
        const changed: Values = { features: [...first.features], targets: [...first.targets] };
        for (const at of validationRows) {
          changed.targets[at] = other.targets[at]!;
          for (let i = width * at; i < width * (at + 1); i++) changed.features[i] = other.features[i]!;
        }
        const [before, after] = [first, changed].map((held) =>
          trainRows(
            {
              data: dataOf(task, held, isImage),
              params: {
                ...params,
                classWeights: balanced,
                ...(isImage && { augmentation: everyStep, noise: 0 }),
              },
              earlyStopping: stopEarly ? { patience: 1, minDelta: 0, monitor: 'loss', fraction: 0.2 } : null,
              seed: deriveSeed(1),
              engine: wasmEngine,
            },
            trainingRows,
            validationRows,
          ),
        );
        const bits = (parameters: Float32Array) => new Uint32Array(parameters.buffer);
        expect(bits(after!.parameters)).toEqual(bits(before!.parameters));
        expect(after!.pipeline).toEqual(before!.pipeline);
        expect(after!.targetScaler).toEqual(before!.targetScaler);
        expect(after!.training.predictions).toEqual(before!.training.predictions);
        expect(after!.curves.trainingLoss).toEqual(before!.curves.trainingLoss);
      }),
      { numRuns: 60 },
    );
  },
);
