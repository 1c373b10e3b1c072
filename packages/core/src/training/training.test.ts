import { readFileSync } from 'node:fs';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { normal } from '@holdfast/numeric/normal';
import { createStream } from '@holdfast/numeric/stream';
import { describe, expect, test } from 'vitest';
import { generateSpiral } from '../data/spiral.ts';
import { referenceEngine } from '../kernels/reference.ts';
import { assignFolds } from '../splits/assign-folds.ts';
import type { TrainingSet } from '../training-set.ts';
import { innerSplit } from './early-stopping.ts';
import { scoreModel } from './score-model.ts';
import { type CompletedFold, type FoldInput, trainFold } from './train-fold.ts';
import { trainModel } from './train-model.ts';
import { predict } from './trained-model.ts';

const seed = deriveSeed(0, 'training');

const params: Hyperparameters = {
  hiddenLayers: [16],
  activation: 'relu',
  optimizer: 'adam',
  learningRate: 0.02,
  l1: 0,
  l2: 0,
  regularizeOutput: false,
  dropout: 0,
  scaler: 'standard',
  initializer: 'heNormal',
  noise: 0,
  classWeights: 'none',
  batchSize: 16,
  epochs: 30,
};

function iris(): TrainingSet {
  const text = readFileSync(new URL('../../../../examples/data/iris.csv', import.meta.url), 'utf8');
  const lines = text.trim().split(/\r?\n/).slice(1);
  const cells = lines.map((line) => line.split(','));
  const classes = [...new Set(cells.map((row) => row.at(-1)!))].sort();
  return {
    task: 'classification',
    rows: cells.length,
    columns: 4,
    outputs: classes.length,
    features: Float64Array.from(cells.flatMap((row) => row.slice(0, 4).map(Number))),
    targets: Int32Array.from(cells, (row) => classes.indexOf(row.at(-1)!)),
  };
}

function spiral(samplesPerClass = 30): TrainingSet {
  const { rows, features, labels } = generateSpiral({ samplesPerClass, classes: 3, noise: 0.1, seed });
  return { task: 'classification', rows, columns: 2, outputs: 3, features, targets: labels };
}

/** y = 1000 + 50·x0 − 20·x1, and a second output that is its negative. */
function plane(rows = 60): TrainingSet {
  const stream = createStream(seed, 'noise');
  const features = Float64Array.from({ length: rows * 2 }, (_, i) => normal(stream, i));
  const value = (row: number): number => 1000 + 50 * features[2 * row]! - 20 * features[2 * row + 1]!;
  const targets = Float64Array.from(
    { length: rows * 2 },
    (_, i) => (i % 2 === 0 ? 1 : -1) * value(Math.floor(i / 2)),
  );
  return { task: 'regression', rows, columns: 2, outputs: 2, features, targets };
}

const every = (rows: number, modulus: number, keep: boolean): Int32Array =>
  Int32Array.from(
    Array.from({ length: rows }, (_, row) => row).filter((row) => (row % modulus === 0) === keep),
  );

function foldOf(data: TrainingSet, change: Partial<Hyperparameters> = {}): FoldInput {
  return {
    data,
    trainingRows: every(data.rows, 5, false),
    validationRows: every(data.rows, 5, true),
    params: { ...params, ...change },
    earlyStopping: null,
    seed,
  };
}

function complete(input: FoldInput): CompletedFold {
  const outcome = trainFold(input);
  if (outcome.status !== 'completed') throw new Error('cancelled');
  return outcome;
}

describe('quality', () => {
  test('iris, 5 stratified folds: mean validation accuracy of 0.96 or more', () => {
    const data = iris();
    const labels = data.targets as Int32Array;
    const folds = assignFolds({
      kind: 'stratified',
      rows: 150,
      labels,
      folds: 5,
      seed: deriveSeed(0, 'folds'),
    });
    const sensible = { learningRate: 0.01, l2: 0.01, scaler: 'minMax', batchSize: 32, epochs: 200 } as const;
    const accuracies = folds.repeats[0]!.map(
      (fold, index) =>
        complete({ ...foldOf(data, sensible), ...fold, seed: deriveSeed(0, index) }).validation.accuracy!,
    );
    expect(accuracies.reduce((sum, accuracy) => sum + accuracy, 0) / 5).toBeGreaterThanOrEqual(0.96);
  });

  test('a plane is learnt in its own units', () => {
    const { validation, predictions, curves, confusion } = complete(
      foldOf(plane(), { hiddenLayers: [], learningRate: 0.1, epochs: 200, finalLearningRate: 0.01 }),
    );
    expect(validation.r2).toBeGreaterThan(0.999);
    expect(validation.mae).toBeLessThan(1);
    expect(predictions![0]!).toBeGreaterThan(800);
    expect(predictions![1]!).toBeLessThan(-800);
    expect(confusion).toBeNull();
    expect(new Set(curves.trainingAccuracy)).toEqual(new Set([null]));
  });

  test('a binary target is learnt', () => {
    const source = iris();
    const targets = Uint8Array.from(source.targets, (label) => (label === 0 ? 1 : 0));
    const data: TrainingSet = { ...source, task: 'binary', outputs: 1, targets };
    const { validation, predictions, confusion } = complete(foldOf(data));
    expect(validation).toMatchObject({ accuracy: 1, auc: 1, f1: 1, balancedAccuracy: 1 });
    expect(predictions).toHaveLength(30);
    expect(confusion).toBeNull();
  });
});

describe('a fold run', () => {
  test('reports figures of the final parameters that fit together', () => {
    const data = spiral();
    const outcome = complete(foldOf(data, { epochs: 12, dropout: 0.1, l2: 1e-3, noise: 0.01 }));
    expect(outcome).toMatchObject({
      reason: null,
      epochs: { trained: 12, restored: 12 },
      steps: 12 * 5,
      weightCount: 99,
    });
    expect(outcome.curves.epochs).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(outcome.curves.validationLoss.at(-1)).toBe(outcome.validation.loss);
    expect(outcome.curves.trainingLoss.at(-1)).toBe(outcome.training.loss);
    expect(outcome.curves.validationAccuracy.at(-1)).toBe(outcome.validation.accuracy);
    expect(outcome.predictions).toHaveLength(18 * 3);
    const right = outcome.confusion!.reduce((sum, row, c) => sum + row[c]!, 0);
    expect(right / 18).toBe(outcome.validation.accuracy);
    for (let row = 0; row < 18; row++)
      expect(outcome.predictions!.slice(3 * row, 3 * row + 3).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
  });

  test('is a pure function of its input, and every part of it draws from the seed', () => {
    const input = foldOf(spiral(), { dropout: 0.2, noise: 0.05, epochs: 5 });
    expect(complete(input)).toEqual(complete(input));
    expect(complete({ ...input, seed: deriveSeed(1) }).predictions).not.toEqual(complete(input).predictions);
  });

  test('never learns from the rows that score it', () => {
    const data = spiral();
    const input = {
      ...foldOf(data, { epochs: 6 }),
      earlyStopping: { patience: 2, minDelta: 0, monitor: 'loss', fraction: 0.2 },
    } as const;
    const other = spiral();
    for (const row of input.validationRows) {
      other.features[2 * row] = 1e6;
      other.targets[row] = (other.targets[row]! + 1) % 3;
    }
    const [seen, changed] = [complete(input), complete({ ...input, data: other })];
    expect(changed.training).toEqual(seen.training);
    expect(changed.epochs).toEqual(seen.epochs);
    expect(changed.curves.trainingLoss).toEqual(seen.curves.trainingLoss);
    expect(changed.validation).not.toEqual(seen.validation);
  });

  test('a batch of all rows or more is a full batch, and the last batch may be smaller', () => {
    const data = spiral();
    const full = complete(foldOf(data, { batchSize: 'full', epochs: 4 }));
    expect(full.steps).toBe(4);
    expect(complete(foldOf(data, { batchSize: 72, epochs: 4 }))).toEqual(full);
    expect(complete(foldOf(data, { batchSize: 1000, epochs: 4 }))).toEqual(full);
    expect(complete(foldOf(data, { batchSize: 71, epochs: 4 })).steps).toBe(8);
  });

  test.each<[string, Partial<Hyperparameters>]>([
    ['balanced class weights', { classWeights: 'balanced' }],
    ['another initializer', { initializer: 'glorotUniform' }],
    ['another scaler', { scaler: 'minMax' }],
    ['noise', { noise: 0.1 }],
    ['dropout', { dropout: 0.3 }],
    ['L1', { l1: 1e-2 }],
    ['regularizing the output', { l2: 1e-2, regularizeOutput: true }],
    ['decay', { decay: 0.1 }],
    ['beta1', { beta1: 0.5 }],
    ['epsilon', { epsilon: 1e-2 }],
  ])('%s makes a difference', (_name, change) => {
    const data = spiral();
    data.targets.fill(0, 0, 20);
    const base = change.regularizeOutput === true ? { l2: 1e-2 } : {};
    const plain = complete(foldOf(data, { epochs: 3, ...base }));
    // Balanced classes would leave all weights at 1.
    const uneven = { ...foldOf(data, { epochs: 3, ...change }) };
    const cut = (rows: Int32Array): Int32Array => rows.filter((row) => row < 80);
    expect(complete({ ...uneven, trainingRows: cut(uneven.trainingRows) }).predictions).not.toEqual(
      complete({ ...foldOf(data, { epochs: 3, ...base }), trainingRows: cut(uneven.trainingRows) })
        .predictions,
    );
    expect(plain.reason).toBeNull();
  });

  test('a diverging training is a result with null scores and a reason', () => {
    const outcome = complete(foldOf(spiral(), { optimizer: 'sgd', learningRate: 1e38, epochs: 5 }));
    expect(outcome.reason).toMatch(/^diverged at epoch \d+: /);
    expect(outcome.validation).toEqual({
      accuracy: null,
      loss: null,
      balancedAccuracy: null,
      f1: null,
      auc: null,
    });
    expect(outcome.training).toEqual(outcome.validation);
    expect(outcome).toMatchObject({ predictions: null, confusion: null, epochs: { restored: 0 } });
  });

  test('a score that is not defined is null with a reason', () => {
    const input = foldOf(iris(), { epochs: 2 });
    const outcome = complete({ ...input, validationRows: Int32Array.of(0, 5, 60) });
    expect(outcome.validation.auc).toBeNull();
    expect(outcome.validation.accuracy).not.toBeNull();
    expect(outcome.reason).toContain('class 2');
  });

  test('ends when it is cancelled, also in the middle of a large batch', () => {
    let asked = 0;
    const cancelled = trainFold({
      ...foldOf(spiral(), { epochs: 1_000_000 }),
      engine: referenceEngine,
      isCancelled: () => ++asked > 50,
    });
    expect(cancelled).toEqual({ status: 'cancelled' });
    asked = 0;
    const oneStep = foldOf(spiral(400), { hiddenLayers: [256, 256], batchSize: 'full', epochs: 1 });
    const slowly = { ...oneStep, engine: referenceEngine };
    expect(trainFold({ ...slowly, isCancelled: () => ++asked > 3 })).toEqual({ status: 'cancelled' });
    expect(asked).toBe(4);
    // Being asked changes nothing.
    const input = foldOf(spiral(), { epochs: 2 });
    expect(trainFold({ ...input, isCancelled: () => false })).toEqual(trainFold(input));
  });

  test('rows that are not there are errors', () => {
    const input = foldOf(spiral());
    expect(() => trainFold({ ...input, trainingRows: new Int32Array(0) })).toThrow('trainingRows is empty');
    expect(() => trainFold({ ...input, validationRows: Int32Array.of(90) })).toThrow(
      'validationRows: there is no row 90',
    );
  });
});

describe('early stopping', () => {
  const earlyStopping = { patience: 4, minDelta: 0, monitor: 'loss', fraction: 0.25 } as const;

  test('the inner split is stratified, from the seed, and of the training rows alone', () => {
    const data = iris();
    const trainingRows = every(150, 5, false);
    const { fitting, monitor } = innerSplit(data, trainingRows, 0.25, seed);
    expect([...fitting, ...monitor].toSorted((a, b) => a - b)).toEqual([...trainingRows]);
    for (const label of [0, 1, 2])
      expect(monitor.filter((row) => data.targets[row] === label)).toHaveLength(10);
    expect(innerSplit(data, trainingRows, 0.25, deriveSeed(1)).monitor).not.toEqual(monitor);
  });

  test('stops after the patience and keeps the parameters of the best epoch', () => {
    const input = {
      ...foldOf(spiral(), { learningRate: 0.1, epochs: 400, hiddenLayers: [32] }),
      earlyStopping,
    };
    const stopped = complete(input);
    const { trained, restored } = stopped.epochs;
    expect(trained).toBeLessThan(400);
    expect(restored).toBe(trained - 4);
    expect(stopped.curves.epochs.at(-1)).toBe(trained);
    // A run of just so many epochs, which has no time to stop, ends with those parameters.
    const exact = complete({
      ...input,
      params: { ...input.params, epochs: restored },
      earlyStopping: { ...earlyStopping, patience: 1000 },
    });
    expect(exact.epochs).toEqual({ trained: restored, restored });
    expect(stopped.predictions).toEqual(exact.predictions);
    expect(stopped.validation).toEqual(exact.validation);
  });

  test('a score can be watched instead of the loss', () => {
    const input = {
      ...foldOf(spiral(), { epochs: 60 }),
      earlyStopping: { ...earlyStopping, monitor: 'score' } as const,
    };
    const byAccuracy = complete(input);
    expect(byAccuracy.epochs.trained).toBeLessThan(60);
    expect(complete({ ...input, metric: 'loss' }).epochs).not.toEqual(byAccuracy.epochs);
  });
});

describe('a model', () => {
  test('of all rows predicts what it was scored on', () => {
    const data = iris();
    const outcome = trainModel({ data, params, earlyStopping: null, seed });
    if (outcome.status !== 'completed' || outcome.model === null) throw new Error('no model');
    const probabilities = predict(outcome.model, data.features, data.rows);
    const right = Array.from(data.targets).filter((label, row) => {
      const three = [...probabilities.subarray(3 * row, 3 * row + 3)];
      return three.indexOf(Math.max(...three)) === label;
    });
    expect(right.length / 150).toBe(outcome.training.accuracy);
    expect(new Set(outcome.curves.validationLoss)).toEqual(new Set([null]));
    expect(() => predict(outcome.model!, data.features, 149)).toThrow('features must hold 149 × 4');
  });

  test('is scored on other rows as a fold is', () => {
    const data = spiral();
    const trained = trainModel({ data, params, earlyStopping: null, seed });
    if (trained.status !== 'completed' || trained.model === null) throw new Error('no model');
    expect(scoreModel(trained.model, data)).toMatchObject({ scores: trained.training, reason: null });
    const fresh = { ...data, features: data.features.map((value) => -value) };
    const { scores, confusion } = scoreModel(trained.model, fresh);
    expect(scores.accuracy).toBeLessThan(trained.training.accuracy!);
    expect(confusion!.flat().reduce((a, b) => a + b, 0)).toBe(data.rows);
    expect(() => scoreModel(trained.model!, plane())).toThrow(
      'The model is for classification of 2 features and 3 outputs',
    );
  });

  test('is the one that a fold of the same rows trains', () => {
    const data = plane();
    const rows = Int32Array.from({ length: data.rows }, (_, row) => row);
    const fold = complete({ ...foldOf(data, { epochs: 5 }), trainingRows: rows, validationRows: rows });
    const outcome = trainModel({ data, params: { ...params, epochs: 5 }, earlyStopping: null, seed });
    if (outcome.status !== 'completed' || outcome.model === null) throw new Error('no model');
    expect(Float32Array.from(predict(outcome.model, data.features, data.rows))).toEqual(fold.predictions);
    expect(outcome.training).toEqual(fold.training);
  });

  test('of a diverging or cancelled training is absent', () => {
    const diverging = { ...params, optimizer: 'sgd', learningRate: 1e38 } as const;
    expect(trainModel({ data: spiral(), params: diverging, earlyStopping: null, seed })).toMatchObject({
      model: null,
    });
    const cancelled = trainModel({
      data: spiral(),
      params,
      earlyStopping: null,
      seed,
      isCancelled: () => true,
    });
    expect(cancelled).toEqual({ status: 'cancelled' });
  });
});
