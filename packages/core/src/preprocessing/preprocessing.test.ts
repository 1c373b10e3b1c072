import type { Scaler } from '@holdfast/contracts/hyperparameters';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { initialParameters } from '../initializers/initial-parameters.ts';
import type { LayerDescription } from '../layers/layer-description.ts';
import type { TrainingSet } from '../training-set.ts';
import { balancedWeights } from './class-weights.ts';
import { addNoise } from './noise.ts';
import { applyScaler, fitScaler, invertScaler } from './scaler.ts';

const seed = deriveSeed(0, 'preprocessing');

describe('scalers', () => {
  // Columns: 1 … 4, constant 7, -8 … 0; the last row is not fitted on.
  const values = Float64Array.of(1, 7, -8, 2, 7, -4, 4, 7, 0, 100, 9, 2);
  const fitted = Int32Array.of(0, 1, 2);
  const scaled = (scaler: Scaler): number[] => [
    ...applyScaler(fitScaler(scaler, values, 3, fitted), values, 4),
  ];
  const rounded = (numbers: number[]): number[] => numbers.map(Math.fround);

  test.each<[Scaler, number[]]>([
    ['none', [...values]],
    ['maxAbs', [0.25, 0, -1, 0.5, 0, -0.5, 1, 0, 0, 25, 0, 0.25]],
    ['minMax', [-1, 0, -1, -1 / 3, 0, 0, 1, 0, 1, 65, 0, 1.5]],
    [{ kind: 'maxAbs', per: 'all' }, [1 / 8, 0, -1, 2 / 8, 0, -0.5, 0.5, 0, 0, 12.5, 0, 0.25]],
    [{ kind: 'fixed', center: 1, scale: 2 }, [0, 3, -4.5, 0.5, 3, -2.5, 1.5, 3, -0.5, 49.5, 4, 0.5]],
  ])('%j, fitted on the training rows, never clipped, constants 0', (scaler, expected) => {
    expect(scaled(scaler)).toEqual(rounded(expected).map((value) => value + 0));
  });

  test('standard: mean 0 and deviation 1 on the fitted rows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 50 }),
        (column) => {
          fc.pre(new Set(column).size > 1);
          const rows = Int32Array.from(column.keys());
          const result = applyScaler(
            fitScaler('standard', Float64Array.from(column), 1, rows),
            Float64Array.from(column),
            rows,
          );
          const mean = result.reduce((sum, value) => sum + value, 0) / result.length;
          expect(mean).toBeCloseTo(0, 5);
          expect(
            Math.sqrt(result.reduce((sum, value) => sum + (value - mean) ** 2, 0) / result.length),
          ).toBeCloseTo(1, 5);
        },
      ),
    );
  });

  test('rows that were not fitted on change nothing', () => {
    const other = Float64Array.from(values);
    other.set([-5, 3, 1e9], 9);
    for (const scaler of ['maxAbs', 'minMax', 'standard', { kind: 'maxAbs', per: 'all' }] as const)
      expect(fitScaler(scaler, other, 3, fitted)).toEqual(fitScaler(scaler, values, 3, fitted));
  });

  test('standardised targets come back in their own units', () => {
    const scaler = fitScaler('standard', values, 3, fitted);
    const back = invertScaler(scaler, applyScaler(scaler, values, fitted));
    for (const [i, value] of back.entries()) expect(value).toBeCloseTo(values[i]!, 5);
  });

  test('huge numbers are scaled or refused, never NaN', () => {
    const huge = Float64Array.of(1e308, -1e308, 0);
    const rows = Int32Array.of(0, 1, 2);
    expect([...applyScaler(fitScaler('minMax', huge, 1, rows), huge, 3)]).toEqual([1, -1, 0]);
    expect(() => fitScaler('standard', huge, 1, rows)).toThrow('column 0');
    expect(() => fitScaler('standard', huge, 1, new Int32Array(0))).toThrow('at least one row');
  });
});

test('noise is drawn anew each epoch, with the asked deviation', () => {
  const features = new Float32Array(20_000);
  const first = new Float32Array(20_000);
  const second = new Float32Array(20_000);
  addNoise(features, 0.5, seed, 1, first);
  addNoise(features, 0.5, seed, 2, second);
  expect(first).not.toEqual(second);
  expect(Math.sqrt(first.reduce((sum, value) => sum + value * value, 0) / first.length)).toBeCloseTo(0.5, 2);
  addNoise(first.fill(1), 0, seed, 1, second);
  expect(second).toEqual(first);
});

describe('balanced class weights', () => {
  const features = new Float64Array(5);
  test('n / (C · n_c) over the rows trained on', () => {
    const data: TrainingSet = {
      task: 'classification',
      rows: 5,
      columns: 1,
      outputs: 2,
      features,
      targets: Int32Array.of(0, 0, 0, 1, 1),
    };
    expect([...balancedWeights(data, Int32Array.of(0, 1, 2, 3))]).toEqual(
      [4 / 6, 4 / 6, 4 / 6, 2].map(Math.fround),
    );
  });
  test('each sigmoid output by itself', () => {
    const targets = Uint8Array.of(0, 1, 0, 1, 0, 0, 1, 0, 0, 0);
    const data: TrainingSet = { task: 'binary', rows: 5, columns: 1, outputs: 2, features, targets };
    const weights = balancedWeights(data, Int32Array.of(0, 1, 2, 3));
    expect([...weights]).toEqual([4 / 6, 1, 4 / 6, 1, 4 / 6, 1, 2, 1].map(Math.fround));
  });
  test('regression has no classes', () => {
    const data: TrainingSet = {
      task: 'regression',
      rows: 5,
      columns: 1,
      outputs: 1,
      features,
      targets: new Float64Array(5),
    };
    expect(() => balancedWeights(data, Int32Array.of(0))).toThrow('needs classes');
  });
});

describe('initializers', () => {
  const none = { dropout: 0, l1Weights: 0, l2Weights: 0, l1Biases: 0, l2Biases: 0 };
  const layers: LayerDescription[] = [
    { inputs: 50, units: 200, activation: 'relu', ...none },
    { inputs: 200, units: 10, activation: 'softmax', ...none },
  ];
  const deviationOf = (values: Float32Array): number =>
    Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

  test.each([
    ['heNormal', Math.sqrt(2 / 50), Math.sqrt(2 / 200)],
    ['glorotUniform', Math.sqrt(2 / 250), Math.sqrt(2 / 210)],
    ['scaledNormal', 0.01, 0.01],
  ] as const)('%s has its deviation in each layer, biases are 0', (initializer, first, second) => {
    const parameters = initialParameters(layers, initializer, seed);
    expect(parameters).toHaveLength(50 * 200 + 200 + 200 * 10 + 10);
    expect(deviationOf(parameters.subarray(0, 10_000)) / first).toBeCloseTo(1, 1);
    expect(deviationOf(parameters.subarray(10_200, 12_200)) / second).toBeCloseTo(1, 1);
    expect(parameters.subarray(10_000, 10_200).every((bias) => bias === 0)).toBe(true);
    if (initializer === 'glorotUniform')
      expect(parameters.subarray(0, 10_000).every((weight) => Math.abs(weight) <= Math.sqrt(6 / 250))).toBe(
        true,
      );
    expect(initialParameters(layers, initializer, deriveSeed(1))).not.toEqual(parameters);
  });
});
