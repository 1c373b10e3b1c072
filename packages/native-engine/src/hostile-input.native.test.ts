import type { Engine } from '@holdfast/core/kernels/engine';
import { wasmEngine } from '@holdfast/core/kernels/wasm';
import { type FoldInput, type FoldOutcome, trainFold } from '@holdfast/core/training/train-fold';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { normal } from '@holdfast/numeric/normal';
import { createStream } from '@holdfast/numeric/stream';
import { describe, expect, test } from 'vitest';
import { testedKernels } from '../test/tested-kernels.ts';
import { nativeEngine } from './native-engine.ts';

const seed = deriveSeed(0, 'hostile input');
const stream = createStream(seed, 'noise');
type Params = FoldInput['params'];

const params: Params = {
  hiddenLayers: [16],
  activation: 'relu',
  optimizer: 'adam',
  learningRate: 0.01,
  l1: 1e-4,
  l2: 1e-4,
  regularizeOutput: false,
  dropout: 0.1,
  scaler: 'standard',
  initializer: 'heNormal',
  noise: 0,
  classWeights: 'balanced',
  batchSize: 16,
  epochs: 8,
};

function train(engine: Engine, change: Partial<Params>, isCancelled = () => false): FoldOutcome {
  const [rows, columns, outputs] = [60, 4, 3];
  const all = Array.from({ length: rows }, (_, row) => row);
  return trainFold({
    data: {
      task: 'classification',
      rows,
      columns,
      outputs,
      features: Float64Array.from({ length: rows * columns }, (_, i) => normal(stream, i)),
      targets: Int32Array.from(all, (row) => row % outputs),
    },
    trainingRows: Int32Array.from(all.filter((row) => row % 5 !== 0)),
    validationRows: Int32Array.from(all.filter((row) => row % 5 === 0)),
    params: { ...params, ...change },
    earlyStopping: null,
    seed,
    engine,
    isCancelled,
  });
}

const cases: [string, Partial<Params>][] = [
  ['a learning rate of 1e6', { learningRate: 1e6 }],
  ['a learning rate of 1e6 with plain SGD', { learningRate: 1e6, optimizer: 'sgd' }],
  [
    'a learning rate of 1e6 with plain SGD, two layers',
    { learningRate: 1e6, optimizer: 'sgd', hiddenLayers: [9, 9] },
  ],
  ['a learning rate of 1e38', { learningRate: 1e38, optimizer: 'rmsprop' }],
  ['one row a batch', { batchSize: 1 }],
  ['one unit', { hiddenLayers: [1] }],
  ['no hidden layer', { hiddenLayers: [] }],
  ['six layers of one unit', { hiddenLayers: [1, 1, 1, 1, 1, 1] }],
  ['a batch larger than the data', { batchSize: 100_000 }],
  ['all but every unit dropped', { dropout: 0.9999999 }],
  ['noise', { noise: 0.5 }],
  ['4,096 units', { hiddenLayers: [4096], epochs: 1 }],
];

describe.each(testedKernels())('%s', (_name, kernels) => {
  const engine = nativeEngine(kernels);

  test.each(cases)('%s: the answer of the WASM engine', (_case, change) => {
    expect(train(engine, change)).toEqual(train(wasmEngine, change));
  });

  test('4,096 units behind 4,096 can be cancelled', () => {
    let asked = 0;
    const outcome = train(engine, { hiddenLayers: [4096, 4096], epochs: 1000 }, () => ++asked > 5);
    expect(outcome).toEqual({ status: 'cancelled' });
    expect(asked).toBe(6);
  });
});
