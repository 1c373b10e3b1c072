import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { expect, test } from 'vitest';
import type { TrainingSet } from '../training-set.ts';
import { trainFold } from './train-fold.ts';
import { shareOf } from './training-share.ts';

const rows = 100;
const data: TrainingSet = {
  task: 'classification',
  rows,
  columns: 1,
  outputs: 2,
  features: Float64Array.from({ length: rows }, (_, row) => row),
  targets: Int32Array.from({ length: rows }, (_, row) => (row % 5 === 0 ? 1 : 0)),
};
const all = Int32Array.from({ length: 80 }, (_, row) => row + 20);
const seed = deriveSeed(0);
const take = (trainingShare: number | undefined, of = seed) =>
  shareOf({ data, params: { ...(trainingShare && { trainingShare }) } as Hyperparameters, seed: of }, all);

test('a trial is trained on the share of rows that it says, each class in its share', () => {
  expect(take(undefined)).toBe(all);
  expect(take(1)).toBe(all);
  const tenth = take(0.1);
  expect(tenth).toHaveLength(8);
  expect([...tenth]).toEqual([...tenth].sort((a, b) => a - b));
  expect([...tenth].every((row) => all.includes(row))).toBe(true);
  expect([...take(0.5)].filter((row) => data.targets[row] === 1)).toHaveLength(8);
  expect(take(0.1)).toEqual(tenth);
  expect(take(0.1, deriveSeed(1))).not.toEqual(tenth);
});

test('nothing of the other rows reaches it', () => {
  const params: Hyperparameters = {
    hiddenLayers: [4],
    activation: 'relu',
    optimizer: 'adam',
    learningRate: 0.01,
    l1: 0,
    l2: 0,
    regularizeOutput: false,
    dropout: 0,
    scaler: 'standard',
    initializer: 'heNormal',
    noise: 0,
    classWeights: 'none',
    batchSize: 8,
    epochs: 3,
    trainingShare: 0.3,
  };
  const validationRows = Int32Array.from({ length: 20 }, (_, row) => row);
  const train = (features: Float64Array) =>
    trainFold({
      data: { ...data, features },
      params,
      trainingRows: all,
      validationRows,
      seed,
      earlyStopping: null,
    });
  const left = new Set(shareOf({ data, params, seed }, all));
  const others = data.features.map((value, row) => (row < 20 || left.has(row) ? value : 1e6));
  expect(train(others)).toEqual(train(data.features));
  expect(train(others)).toMatchObject({ trainingRows: 24 });
});
