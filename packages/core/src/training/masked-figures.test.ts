import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { describe, expect, test } from 'vitest';
import { generateSpiral } from '../data/spiral.ts';
import { initialParameters } from '../initializers/initial-parameters.ts';
import { wasmEngine } from '../kernels/wasm.ts';
import { describeLayers, describeOptimizer } from './describe-network.ts';
import { maskedFigures } from './masked-figures.ts';
import { trainFold } from './train-fold.ts';

const seed = deriveSeed(3);
const params: Hyperparameters = {
  hiddenLayers: [24, 16],
  activation: 'relu',
  optimizer: 'adam',
  learningRate: 0.02,
  l1: 0,
  l2: 0,
  regularizeOutput: false,
  dropout: { perLayer: [0.25, 0] },
  scaler: 'standard',
  initializer: 'heNormal',
  noise: 0,
  classWeights: 'none',
  batchSize: 'full',
  epochs: 30,
};
const { rows, features, labels } = generateSpiral({ samplesPerClass: 30, classes: 3, noise: 0.1, seed });
const spiral = {
  task: 'classification',
  rows,
  columns: 2,
  outputs: 3,
  features,
  targets: labels,
} as const;
const all = Int32Array.from({ length: rows }, (_, row) => row);

describe('the figures with units switched off', () => {
  test('are, to the bit, what the next step sees', () => {
    const layers = describeLayers(params, 2, 3, 'classification');
    const parameters = initialParameters(layers, 'heNormal', seed);
    const training = wasmEngine.createTraining({
      layers,
      optimizer: describeOptimizer(params, 30),
      parameters,
      rows,
      features: Float32Array.from(features),
      targets: labels,
      lossWeights: null,
      batch: rows,
      seed,
      dropout: { kind: 'drawn', seed },
    });
    training.trainEpochs(20);
    training.readParameters(parameters);
    const prepared = { rows: all, features: Float32Array.from(features), targets: labels };
    const trained = { layers, parameters, steps: training.steps, training: prepared };
    const masked = maskedFigures(trained, seed)!;
    const { dataLoss, accuracy } = training.trainEpochs(1).lastStep;
    expect(masked).toEqual({ trainingLoss: dataLoss, trainingAccuracy: accuracy, rows });
    training.close();
  });

  test('stand in the curves of a fold beside those in evaluation mode, which are better, and nowhere without dropout', () => {
    const fold = { data: spiral, trainingRows: all, validationRows: all, earlyStopping: null, seed };
    const outcome = trainFold({ ...fold, params: { ...params, dropout: 0.4, batchSize: 16 } });
    if (outcome.status !== 'completed') throw new Error(outcome.status);
    const { masked } = outcome.curves;
    expect(masked!.rows).toBe(rows);
    expect(masked!.trainingLoss).toBeGreaterThan(outcome.training.loss!);
    const plain = trainFold({ ...fold, params: { ...params, dropout: 0, epochs: 2 } });
    expect(plain.status === 'completed' && 'masked' in plain.curves).toBe(false);
  });

  test('are of a sample where there are many rows', () => {
    const layers = describeLayers({ ...params, hiddenLayers: [256, 256] }, 2, 3, 'classification');
    const parameters = initialParameters(layers, 'heNormal', seed);
    const many = 50_000;
    const prepared = {
      rows: new Int32Array(many),
      features: Float32Array.from({ length: 2 * many }, (_, i) => features[i % features.length]!),
      targets: Int32Array.from({ length: many }, (_, i) => labels[i % rows]!),
    };
    const masked = maskedFigures({ layers, parameters, steps: 0, training: prepared }, seed)!;
    expect(masked.rows).toBe(Math.floor(8_388_608 / parameters.length));
    expect(masked.trainingLoss).toBeGreaterThan(0);
  });
});
