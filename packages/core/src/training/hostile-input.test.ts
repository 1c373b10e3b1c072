import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { normal } from '@holdfast/numeric/normal';
import { createStream } from '@holdfast/numeric/stream';
import { describe, expect, test } from 'vitest';
import type { Engine } from '../kernels/engine.ts';
import { referenceEngine } from '../kernels/reference.ts';
import { wasmEngine } from '../kernels/wasm.ts';
import type { TrainingSet } from '../training-set.ts';
import { type FoldOutcome, trainFold } from './train-fold.ts';

const seed = deriveSeed(0, 'hostile input');
const stream = createStream(seed, 'noise');

const params: Hyperparameters = {
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
  classWeights: 'none',
  batchSize: 16,
  epochs: 8,
};

function classes(rows: number, columns: number, outputs: number): TrainingSet {
  return {
    task: 'classification',
    rows,
    columns,
    outputs,
    features: Float64Array.from({ length: rows * columns }, (_, i) => normal(stream, i)),
    targets: Int32Array.from({ length: rows }, (_, row) => row % outputs),
  };
}

function train(
  data: TrainingSet,
  change: Partial<Hyperparameters>,
  engine: Engine,
  more: { isCancelled?: () => boolean; earlyStopping?: true } = {},
): FoldOutcome {
  const all = Array.from({ length: data.rows }, (_, row) => row);
  const { earlyStopping, ...rest } = more;
  return trainFold({
    data,
    trainingRows: Int32Array.from(all.filter((row) => row % 5 !== 0)),
    validationRows: Int32Array.from(all.filter((row) => row % 5 === 0)),
    params: { ...params, ...change },
    earlyStopping: earlyStopping ? { patience: 3, minDelta: 0, monitor: 'loss', fraction: 0.2 } : null,
    seed,
    engine,
    ...rest,
  });
}

/** Every number of an answer is finite, or null with a reason. */
function expectNoNaN(outcome: FoldOutcome): void {
  if (outcome.status !== 'completed') throw new Error('cancelled');
  const visit = (value: unknown, place: string): void => {
    if (typeof value === 'number') expect(Number.isFinite(value), `${place} is ${value}`).toBe(true);
    else if (value !== null && typeof value === 'object')
      for (const [name, part] of Object.entries(value)) visit(part, `${place}.${name}`);
  };
  visit(outcome, 'outcome');
  if (Object.values(outcome.validation).includes(null)) expect(outcome.reason).not.toBeNull();
}

const absent = classes(60, 3, 4);
absent.targets.forEach((label, row) => {
  if (label === 3) absent.targets[row] = row % 5 === 0 ? 3 : 0;
});
const constant = classes(60, 3, 3);
for (let row = 0; row < 60; row++) constant.features[3 * row + 1] = 7;

const cases: [string, TrainingSet, Partial<Hyperparameters>][] = [
  ['a learning rate of 1e6', classes(60, 4, 3), { learningRate: 1e6 }],
  ['a learning rate of 1e6 with plain SGD', classes(60, 4, 3), { learningRate: 1e6, optimizer: 'sgd' }],
  ['a learning rate of 1e38', classes(60, 4, 3), { learningRate: 1e38, optimizer: 'rmsprop' }],
  ['one row a batch', classes(30, 4, 3), { batchSize: 1 }],
  ['a class that is absent from the training rows', absent, { classWeights: 'balanced' }],
  ['a constant feature', constant, {}],
  ['one unit', classes(60, 4, 3), { hiddenLayers: [1] }],
  ['no hidden layer', classes(60, 4, 3), { hiddenLayers: [] }],
  ['six layers of one unit', classes(60, 4, 3), { hiddenLayers: [1, 1, 1, 1, 1, 1] }],
  ['a batch larger than the data', classes(30, 4, 3), { batchSize: 100_000 }],
  ['all but every unit dropped', classes(30, 4, 3), { dropout: 0.9999999 }],
  ['features of 1e100', scaled(classes(30, 2, 3), 1e100), {}],
  ['features of 1e-300', scaled(classes(30, 2, 3), 1e-300), {}],
  ['more classes than rows', classes(12, 2, 40), {}],
];

function scaled(data: TrainingSet, factor: number): TrainingSet {
  return { ...data, features: data.features.map((value) => value * factor) };
}

describe.each([wasmEngine, referenceEngine])('$name engine', (engine) => {
  test.each(cases)('%s: a result or a reason', (_name, data, change) => {
    expectNoNaN(train(data, change, engine));
  });

  test('features that no scaler can hold are an error that says so', () => {
    expect(() => train(scaled(classes(30, 2, 3), 1e300), {}, engine)).toThrow('too large to scale');
  });

  test('scaled features beyond float32 are an error that names the place', () => {
    const data = scaled(classes(30, 2, 3), 1e200);
    const scaler = { kind: 'fixed', center: 0, scale: 1 } as const;
    expect(() => train(data, { scaler }, engine)).toThrow(/^features, row \d+, column \d: is beyond 3.4e38/);
  });
});

test('both engines answer the same', () => {
  for (const [name, data, change] of cases)
    expect(train(data, change, wasmEngine), name).toEqual(train(data, change, referenceEngine));
});

test('4,096 units, and 4,096 behind them, train and can be cancelled', () => {
  const wide = { hiddenLayers: [4096], epochs: 1 };
  expectNoNaN(train(classes(40, 4, 3), wide, wasmEngine));
  let asked = 0;
  const deep = { hiddenLayers: [4096, 4096], epochs: 1000 };
  const cancelled = train(classes(40, 4, 3), deep, wasmEngine, { isCancelled: () => ++asked > 2 });
  expect(cancelled).toEqual({ status: 'cancelled' });
  expect(asked).toBe(3);
});

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

test('memory stays flat over 10,000 fold runs', () => {
  const data = classes(30, 2, 3);
  const run = (): FoldOutcome => train(data, { hiddenLayers: [8], epochs: 1, batchSize: 'full' }, wasmEngine);
  for (let i = 0; i < 200; i++) run();
  collectGarbage();
  const before = process.memoryUsage();
  for (let i = 0; i < 10_000; i++) run();
  collectGarbage();
  const after = process.memoryUsage();
  // Kernels' memory counts as external; a memory of its own for each run would be 640 MB.
  expect(after.external - before.external).toBeLessThan(4 * 1024 * 1024);
});
