import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { normal } from '@holdfast/numeric/normal';
import { createStream } from '@holdfast/numeric/stream';
import { describe, expect, test } from 'vitest';
import { referenceEngine } from '../kernels/reference.ts';
import type { TrainingSet } from '../training-set.ts';
import { trainBaselines } from './train-baselines.ts';

const rows = 120;
const stream = createStream(deriveSeed(0), 'sampling');
const features = Float64Array.from({ length: rows * 3 }, (_, i) => 5 + 2 * normal(stream, i));
const at = (row: number, column: number) => features[row * 3 + column]!;
const trainingRows = Int32Array.from({ length: 90 }, (_, i) => i);
const validationRows = Int32Array.from({ length: 30 }, (_, i) => 90 + i);
const table = { rows, columns: 3, features };
const seed = deriveSeed(1);

/** Class 1 where the first feature is the larger one; every fourth row is of class 2. */
const classes: TrainingSet = {
  ...table,
  task: 'classification',
  outputs: 3,
  targets: Int32Array.from({ length: rows }, (_, row) =>
    row % 4 === 3 ? 2 : at(row, 0) > at(row, 1) ? 1 : 0,
  ),
};
const numbers: TrainingSet = {
  ...table,
  task: 'regression',
  outputs: 1,
  targets: Float64Array.from({ length: rows }, (_, row) => 3 * at(row, 0) - at(row, 2) + 100),
};
const flags: TrainingSet = {
  ...table,
  task: 'binary',
  outputs: 2,
  targets: Uint8Array.from({ length: rows * 2 }, (_, i) =>
    i % 2 === 0 ? Number(at(i >> 1, 0) > at(i >> 1, 1)) : Number((i >> 1) % 10 === 0),
  ),
};
const train = (data: TrainingSet, others: Partial<Parameters<typeof trainBaselines>[0]> = {}) =>
  trainBaselines({ data, trainingRows, validationRows, seed, ...others })!;

describe('baselines of a fold', () => {
  test('know how frequent classes are, or the mean', () => {
    const counts = [0, 0, 0];
    for (const row of trainingRows) counts[classes.targets[row]!]! += 1;
    const majority = counts.indexOf(Math.max(...counts));
    const right = validationRows.filter((row) => classes.targets[row] === majority).length;
    const { constant } = train(classes);
    expect(constant.validation.accuracy).toBe(right / 30);
    expect(constant.validation.auc).toBe(0.5);
    const entropy = -counts.reduce((sum, count) => sum + (count / 90) * Math.log(count / 90), 0);
    expect(constant.training.loss).toBeCloseTo(entropy, 5);

    const mean = trainingRows.reduce((sum, row) => sum + numbers.targets[row]!, 0) / 90;
    const mse = validationRows.reduce((sum, row) => sum + (numbers.targets[row]! - mean) ** 2, 0) / 30;
    expect(train(numbers).constant.validation.mse).toBeCloseTo(mse, 6);
    expect(train(numbers).constant.training.r2).toBeCloseTo(0, 6);
    expect(train(flags).constant.validation.accuracy).toBeGreaterThan(0.6);
  });

  test('have a linear model that finds what is linear', () => {
    expect(train(numbers).linear.validation.r2).toBeGreaterThan(0.999);
    expect(train(flags).linear.validation.auc).toBeGreaterThan(0.5);
    const { linear, constant } = train(classes);
    expect(linear.validation.loss).toBeLessThan(constant.validation.loss!);
  });

  test('are the same on every engine, and no more when cancelled', () => {
    for (const data of [classes, numbers, flags])
      expect(train(data, { engine: referenceEngine })).toEqual(train(data));
    expect(
      trainBaselines({ data: classes, trainingRows, validationRows, seed, isCancelled: () => true }),
    ).toBe(null);
  });
});
