import type { Augmentation, Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { expect, test } from 'vitest';
import type { Engine } from '../kernels/engine.ts';
import { referenceEngine } from '../kernels/reference.ts';
import { wasmEngine } from '../kernels/wasm.ts';
import { transformFeatures } from '../preprocessing/feature-pipeline.ts';
import type { TrainingSet } from '../training-set.ts';
import { type TrainingInput, trainRows } from './train-rows.ts';

// Bars of 4 × 4 pixels, lying or standing.
const rows = 48;
const data: TrainingSet = {
  task: 'classification',
  rows,
  columns: 16,
  outputs: 2,
  features: Float64Array.from({ length: 16 * rows }, (_, at) => {
    const [row, pixel] = [Math.floor(at / 16), at % 16];
    const place = row % 2 === 0 ? Math.floor(pixel / 4) : pixel % 4;
    return place === (row >> 1) % 4 ? 16 : (at * 7) % 3;
  }),
  targets: Int32Array.from({ length: rows }, (_, row) => row % 2),
};
const all = Int32Array.from({ length: rows }, (_, row) => row);
const [fitting, held] = [all.filter((row) => row % 4 !== 3), all.filter((row) => row % 4 === 3)];

const params: Hyperparameters = {
  hiddenLayers: [8],
  activation: 'relu',
  optimizer: 'adam',
  learningRate: 0.01,
  l1: 0,
  l2: 0,
  regularizeOutput: false,
  dropout: 0,
  scaler: { kind: 'maxAbs', per: 'all' },
  initializer: 'heNormal',
  noise: 0,
  classWeights: 'none',
  batchSize: 8,
  epochs: 6,
};
const shift: Augmentation = [{ kind: 'shift', pixels: 1 }];
const every: Augmentation = [...shift, { kind: 'rotate', degrees: 15 }, { kind: 'noise', deviation: 0.05 }];

function train(
  change: Partial<Hyperparameters>,
  more: Partial<TrainingInput> = {},
  engine: Engine = wasmEngine,
) {
  const seed = deriveSeed(3);
  const given = { data, params: { ...params, ...change }, earlyStopping: null, seed, ...more, engine };
  return trainRows(given, fitting, held);
}

const bits = (parameters: Float32Array) => [...new Uint32Array(parameters.buffer)];

test.each([
  ['shift', shift],
  ['all of them', every],
])('%s: every engine gives the same bits, in one go or in stages', (_, augmentation) => {
  const whole = train({ augmentation });
  const other = train({ augmentation }, {}, referenceEngine);
  expect(bits(other.parameters)).toEqual(bits(whole.parameters));
  const { checkpoint } = train({ augmentation }, { untilEpoch: 2 });
  const later = train({ augmentation }, { checkpoint }, referenceEngine);
  expect(bits(later.parameters)).toEqual(bits(whole.parameters));
});

test('a training that is told of no augmentation, or of an empty one, has the bits of one without', () => {
  const without = bits(train({}).parameters);
  expect(bits(train({ augmentation: [] }).parameters)).toEqual(without);
  expect(bits(train({ augmentation: shift }).parameters)).not.toEqual(without);
  expect(bits(train({ augmentation: [{ kind: 'noise', deviation: 0 }] }).parameters)).toEqual(without);
});

test('rows are scored, and the scaler fitted, as they are', () => {
  const augmented = train({ augmentation: every });
  const plain = train({});
  expect(augmented.pipeline).toEqual(plain.pipeline);
  for (const [side, rows] of [
    ['training', fitting],
    ['validation', held],
  ] as const) {
    expect(augmented[side]!.features).toEqual(transformFeatures(plain.pipeline, data.features, rows));
  }
});

test('with early stopping, the rows that decide are not changed either', () => {
  const earlyStopping = { patience: 2, minDelta: 0, monitor: 'loss', fraction: 0.25 } as const;
  const [first, again] = [wasmEngine, referenceEngine].map((engine) =>
    train({ augmentation: every }, { earlyStopping }, engine),
  );
  expect(bits(again!.parameters)).toEqual(bits(first!.parameters));
  expect(again!.epochs).toEqual(first!.epochs);
});
