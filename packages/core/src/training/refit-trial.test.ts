import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { normal } from '@holdfast/numeric/normal';
import { createStream } from '@holdfast/numeric/stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generateSpiral } from '../data/spiral.ts';
import { referenceEngine } from '../kernels/reference.ts';
import { wasmEngine } from '../kernels/wasm.ts';
import type { ColumnEncoding } from '../preprocessing/column-encoding.ts';
import type { TrainingSet } from '../training-set.ts';
import { decodeModel, digestModel, digestModelBytes, encodeModel } from './encode-model.ts';
import { type CompletedRefit, type RefitInput, refitEpochs, refitSeed, refitTrial } from './refit-trial.ts';
import { trainModel } from './train-model.ts';
import { predict } from './trained-model.ts';

const params: Hyperparameters = {
  hiddenLayers: [8],
  activation: 'relu',
  optimizer: 'adam',
  learningRate: 0.02,
  l1: 0,
  l2: 0,
  regularizeOutput: false,
  dropout: 0.1,
  scaler: 'standard',
  initializer: 'heNormal',
  noise: 0,
  classWeights: 'none',
  batchSize: 16,
  epochs: 12,
};
const spec: RefitInput['spec'] = {
  seed: 7,
  earlyStopping: null,
  refit: { seeds: 3, keep: 'lowestTrainingLoss' },
};

function spiral(): TrainingSet {
  const seed = deriveSeed(0, 'refit');
  const { rows, features, labels } = generateSpiral({ samplesPerClass: 30, classes: 3, noise: 0.1, seed });
  return { task: 'classification', rows, columns: 2, outputs: 3, features, targets: labels };
}

function plane(): TrainingSet {
  const stream = createStream(deriveSeed(0, 'refit'), 'noise');
  const features = Float64Array.from({ length: 80 }, (_, i) => normal(stream, i));
  const targets = Float64Array.from({ length: 40 }, (_, row) => 1000 + 50 * features[2 * row]!);
  return { task: 'regression', rows: 40, columns: 2, outputs: 1, features, targets };
}

function refit(input: Partial<RefitInput> = {}): CompletedRefit {
  const outcome = refitTrial({ data: spiral(), trial: 4, params, spec, foldEpochs: [], ...input });
  if (outcome.status !== 'completed') throw new Error(JSON.stringify(outcome));
  return outcome;
}

describe('refitting a trial', () => {
  test('keeps the run of lowest training loss among those with the stated seeds, and tells the spread', () => {
    const { model, kept, runs, trainingLoss, epochs } = refit();
    expect(runs.map(({ run, seed }) => [run, seed])).toEqual(
      [0, 1, 2].map((run) => [run, deriveSeed(7, 4, 'refit', run)]),
    );
    const losses = runs.map(({ training }) => training.loss!);
    expect(new Set(losses).size).toBe(3);
    expect(losses[kept]).toBe(Math.min(...losses));
    const mean = (losses[0]! + losses[1]! + losses[2]!) / 3;
    const std = Math.sqrt(losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / 2);
    expect(trainingLoss).toEqual({
      min: Math.min(...losses),
      max: Math.max(...losses),
      mean: expect.closeTo(mean, 12),
      std: expect.closeTo(std, 12),
    });
    expect(epochs).toBe(12);
    const alone = trainModel({ data: spiral(), params, earlyStopping: null, seed: refitSeed(7, 4, kept) });
    expect(alone).toMatchObject({ status: 'completed', model: { parameters: model.parameters } });
  });

  test.each([spiral(), plane()])('gives the same bytes from every engine: $task', (data) => {
    const one = refit({ data, engine: wasmEngine });
    const other = refit({ data, engine: referenceEngine });
    expect(one.parametersDigest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(other.parametersDigest).toBe(one.parametersDigest);
    expect(other).toEqual(one);
    expect(refit({ data, trial: 5 }).parametersDigest).not.toBe(one.parametersDigest);
  });

  test('one run has no standard deviation', () => {
    const { trainingLoss } = refit({ spec: { ...spec, refit: { ...spec.refit, seeds: 1 } } });
    expect(trainingLoss.std).toBeNull();
    expect(trainingLoss.min).toBe(trainingLoss.max);
  });

  test('stops where the folds stopped, on the schedule of learning rates that they had', () => {
    const early = {
      ...spec,
      earlyStopping: { patience: 2, minDelta: 0, monitor: 'loss' as const, fraction: 0.1 },
    };
    const decaying = { ...params, finalLearningRate: 0.1 };
    const { epochs, model, kept } = refit({ spec: early, params: decaying, foldEpochs: [5, 7, 9] });
    expect(epochs).toBe(5);
    const alone = trainModel({
      data: spiral(),
      params: decaying,
      earlyStopping: null,
      untilEpoch: 5,
      seed: refitSeed(7, 4, kept),
    });
    expect(alone).toMatchObject({ status: 'completed', model: { parameters: model.parameters } });
  });

  test('fails with the reason where every run diverges', () => {
    const hot: Hyperparameters = { ...params, optimizer: 'sgd', learningRate: 1e30, hiddenLayers: [8, 8] };
    const outcome = refitTrial({ data: plane(), trial: 0, params: hot, spec, foldEpochs: [] });
    expect(outcome).toEqual({
      status: 'failed',
      reason: expect.stringMatching(/^each of the 3 runs diverged; the first: diverged at epoch 1/),
    });
  });

  test('ends where it is cancelled', () => {
    const outcome = refitTrial({
      data: spiral(),
      trial: 0,
      params,
      spec,
      foldEpochs: [],
      isCancelled: () => true,
    });
    expect(outcome).toEqual({ status: 'cancelled' });
  });
});

describe('epochs of a refit', () => {
  const early = { patience: 20, minDelta: 0, monitor: 'loss', fraction: 0.1 } as const;
  test.each([
    ['no early stopping', null, [30, 40], 100],
    ['the mean of the epochs that were best', early, [50, 61], 36],
    ['a fold that was not stopped counts whole', early, [100, 40], 60],
    ['a fold without any figure to go by counts as it is', early, [20, 20], 20],
    ['one epoch at least', early, [21, 21], 1],
  ])('%s', (_name, earlyStopping, foldEpochs, expected) => {
    expect(refitEpochs({ ...params, epochs: 100 }, earlyStopping, foldEpochs)).toBe(expected);
  });

  test('needs folds where it goes by them', () => {
    expect(() => refitEpochs(params, early, [])).toThrow(/foldEpochs must hold/);
  });
});

describe('a model as bytes', () => {
  test('keeps what its columns become', () => {
    const { rows, features: plain } = spiral();
    const features = Float64Array.from({ length: rows * 3 }, (_, i) => {
      const row = Math.floor(i / 3);
      if (i % 3 === 2) return row % 4 === 3 ? Number.NaN : row % 4;
      return i % 3 === 0 && row % 5 === 0 ? Number.NaN : plain[2 * row + (i % 3)]!;
    });
    const encodings: ColumnEncoding[] = [
      { kind: 'number', categories: 0, missing: 'median' },
      { kind: 'number', categories: 0, missing: null },
      { kind: 'category', categories: 3, missing: 'ownCategory' },
    ];
    const { model, parametersDigest } = refit({
      data: { ...spiral(), columns: 3, features, encodings } as TrainingSet,
    });
    const back = decodeModel(encodeModel(model));
    expect(digestModel(back)).toBe(parametersDigest);
    expect(back.pipeline).toEqual(model.pipeline);
    expect(predict(back, features, rows)).toEqual(predict(model, features, rows));
    const far = features.slice();
    far[3 * 2 + 1] = 1e300;
    expect(() => predict(model, far, rows)).toThrow(expect.objectContaining({ row: 2, column: 1 }));
    expect(() => predict(refit().model, Float64Array.of(0, Number.NaN), 1)).toThrow(/column 1: is missing/);
  });

  test.each([spiral(), plane()])('comes back whole and predicts the same bits: $task', (data) => {
    const { model, parametersDigest } = refit({ data });
    const bytes = encodeModel(model);
    const back = decodeModel(bytes);
    expect(encodeModel(back)).toEqual(bytes);
    expect(digestModel(back)).toBe(parametersDigest);
    expect(digestModelBytes(bytes)).toBe(parametersDigest);
    expect(predict(back, data.features, data.rows)).toEqual(predict(model, data.features, data.rows));
  });

  test('any damage is an error or another digest', () => {
    const { model, parametersDigest } = refit();
    const bytes = encodeModel(model);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = bytes.slice();
        damaged[at]! ^= change;
        expect(digestModelBytes(damaged)).not.toBe(parametersDigest);
      }),
    );
    for (const length of [0, 3, 4, 40, bytes.length - 1])
      expect(() => decodeModel(bytes.slice(0, length))).toThrow(RangeError);
    const text = new TextEncoder().encode('nothing');
    expect(() => decodeModel(Uint8Array.of(7, 0, 0, 0, ...text))).toThrow('The stored model is damaged');
  });
});
