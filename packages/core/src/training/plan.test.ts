import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { learningRateAt } from '../optimizers/optimizer-description.ts';
import { checkTrainingSet, type TrainingSet } from '../training-set.ts';
import { countWeights } from './count-weights.ts';
import { curveEpochs } from './curve-epochs.ts';
import { describeLayers, describeOptimizer } from './describe-network.ts';
import { StoppingRule } from './early-stopping.ts';
import { estimateFoldCost } from './estimate-fold-cost.ts';

const params: Hyperparameters = {
  hiddenLayers: [64],
  activation: 'relu',
  optimizer: 'adam',
  learningRate: 0.05,
  l1: 0,
  l2: 0,
  regularizeOutput: false,
  dropout: 0,
  scaler: 'none',
  initializer: 'heNormal',
  noise: 0,
  classWeights: 'none',
  batchSize: 'full',
  epochs: 100,
};

test('weights and biases are counted', () => {
  expect(countWeights(params, 2, 3)).toBe(387);
  expect(countWeights({ hiddenLayers: [] }, 4, 3)).toBe(15);
  expect(countWeights({ hiddenLayers: [128, 64] }, 64, 10)).toBe(65 * 128 + 129 * 64 + 65 * 10);
});

describe('curve epochs', () => {
  test('all up to the number of points, else evenly spaced, first and last among them', () => {
    expect(curveEpochs(3)).toEqual([1, 2, 3]);
    expect(curveEpochs(7, 3)).toEqual([1, 4, 7]);
    expect(curveEpochs(7, 1)).toEqual([7]);
    expect(() => curveEpochs(7, 0)).toThrow(RangeError);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 2, max: 200 }), (epochs, points) => {
        const chosen = curveEpochs(epochs, points);
        expect(chosen).toHaveLength(Math.min(epochs, points));
        expect(chosen[0]).toBe(1);
        expect(chosen.at(-1)).toBe(epochs);
        for (let i = 1; i < chosen.length; i++) expect(chosen[i]!).toBeGreaterThan(chosen[i - 1]!);
      }),
    );
  });
});

describe('the network that hyperparameters mean', () => {
  test('penalties on hidden layers, longer names first; the output layer only when asked', () => {
    const penalised = { ...params, hiddenLayers: [5, 4], l1: 0.1, l2: 0.2, l2Biases: 0, dropout: 0.3 };
    const layers = describeLayers(penalised, 2, 3, 'classification');
    const hidden = { dropout: 0.3, l1Weights: 0.1, l2Weights: 0.2, l1Biases: 0.1, l2Biases: 0 };
    expect(layers).toEqual([
      { inputs: 2, units: 5, activation: 'relu', ...hidden },
      { inputs: 5, units: 4, activation: 'relu', ...hidden },
      {
        inputs: 4,
        units: 3,
        activation: 'softmax',
        dropout: 0,
        l1Weights: 0,
        l2Weights: 0,
        l1Biases: 0,
        l2Biases: 0,
      },
    ]);
    const all = describeLayers({ ...penalised, regularizeOutput: true }, 2, 3, 'binary');
    expect(all[2]).toEqual({ inputs: 4, units: 3, activation: 'sigmoid', ...hidden, dropout: 0 });
  });

  test('dropout for each layer', () => {
    const perLayer = { ...params, hiddenLayers: [5, 4], dropout: { perLayer: [0.1, 0.2] } };
    expect(describeLayers(perLayer, 2, 1, 'regression').map(({ dropout }) => dropout)).toEqual([0.1, 0.2, 0]);
    expect(() => describeLayers({ ...perLayer, hiddenLayers: [5] }, 2, 1, 'regression')).toThrow(
      '2 rates for 1 hidden layers',
    );
  });

  test('a final learning rate becomes a decay', () => {
    const optimizer = describeOptimizer({ ...params, finalLearningRate: 0.1 }, 1000);
    expect(optimizer.decay).toBeCloseTo(9 / 1000, 15);
    expect(learningRateAt(optimizer, 0)).toBe(0.05);
    expect(learningRateAt(optimizer, 1000)).toBeCloseTo(0.005, 15);
    expect(describeOptimizer({ ...params, decay: 0.5 }, 1000)).toMatchObject({
      decay: 0.5,
      beta2: 0.999,
      epsilon: 1e-7,
    });
  });
});

test('the cost of a fold grows with rows, epochs and weights', () => {
  const size = { params, inputs: 2, outputs: 3, trainingRows: 240, validationRows: 60 };
  const { multiplyAdds, bytes } = estimateFoldCost(size);
  expect(multiplyAdds).toBe(387 * (3 * 240 * 100 + 300 * 101));
  expect(bytes).toBeGreaterThan(387 * 4 * 4 + 300 * 2 * 4);
  expect(estimateFoldCost({ ...size, params: { ...params, noise: 0.1 } }).bytes).toBeGreaterThan(bytes);
  expect(estimateFoldCost({ ...size, trainingRows: 480 }).multiplyAdds).toBeGreaterThan(multiplyAdds);
});

describe('the stopping rule', () => {
  const settings = { patience: 3, minDelta: 0.1, monitor: 'loss', fraction: 0.1 } as const;
  test('counts epochs without an improvement of more than minDelta', () => {
    const rule = new StoppingRule(settings, 'accuracy');
    expect(rule.observe(1, 1)).toEqual({ improved: true, stop: false });
    expect(rule.observe(2, 0.95)).toEqual({ improved: false, stop: false });
    expect(rule.observe(3, 0.85)).toEqual({ improved: true, stop: false });
    expect(rule.observe(4, 0.8)).toEqual({ improved: false, stop: false });
    expect(rule.observe(5, null)).toEqual({ improved: false, stop: false });
    expect(rule.observe(6, 0.84)).toEqual({ improved: false, stop: true });
    expect(rule.bestEpoch).toBe(3);
  });
  test('a score is watched in its own direction', () => {
    const accuracy = new StoppingRule({ ...settings, minDelta: 0, monitor: 'score' }, 'accuracy');
    accuracy.observe(1, 0.5);
    expect(accuracy.observe(2, 0.6).improved).toBe(true);
    const error = new StoppingRule({ ...settings, minDelta: 0, monitor: 'score' }, 'mse');
    error.observe(1, 0.5);
    expect(error.observe(2, 0.6).improved).toBe(false);
  });
});

describe('a training set is checked', () => {
  const data: TrainingSet = {
    task: 'classification',
    rows: 3,
    columns: 2,
    outputs: 2,
    features: Float64Array.of(1, 2, 3, 4, 5, 6),
    targets: Int32Array.of(0, 1, 0),
  };
  test('what holds together passes', () => expect(() => checkTrainingSet(data)).not.toThrow());
  test.each<[string, Partial<TrainingSet>, string]>([
    ['a feature', { features: Float64Array.of(1, 2, 3, Number.NaN, 5, 6) }, 'features, row 1, column 1: NaN'],
    ['a class', { targets: Int32Array.of(0, 2, 0) }, 'targets, row 1: 2 is not a class'],
    ['a length', { rows: 4 }, 'features must hold 4 × 2'],
    ['one class', { outputs: 1 }, '2 classes'],
    [
      'a sigmoid target',
      { task: 'binary', outputs: 1, targets: Uint8Array.of(0, 1, 2) },
      'targets, row 2: 2 is neither 0 nor 1',
    ],
  ])('%s', (_name, change, message) => {
    expect(() => checkTrainingSet({ ...data, ...change } as TrainingSet)).toThrow(message);
  });
});
