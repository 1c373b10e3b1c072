import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { generateSpiral } from '../data/spiral.ts';
import { referenceEngine } from '../kernels/reference.ts';
import { wasmEngine } from '../kernels/wasm.ts';
import { assignFolds } from '../splits/assign-folds.ts';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import { type CompletedFold, type FoldInput, trainFold } from './train-fold.ts';

const spiral = generateSpiral({ samplesPerClass: 20, classes: 3, noise: 0.2, seed: deriveSeed(0, 'spiral') });
const data = {
  task: 'classification' as const,
  rows: spiral.rows,
  columns: 2,
  outputs: 3,
  features: spiral.features,
  targets: spiral.labels,
};
const { repeats } = assignFolds({ kind: 'plain', rows: data.rows, folds: 3, seed: deriveSeed(0) });
const params: Hyperparameters = {
  hiddenLayers: [8],
  activation: 'relu',
  optimizer: 'adam',
  learningRate: 0.02,
  finalLearningRate: 0.1,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-7,
  l1: 0,
  l2: 0.001,
  regularizeOutput: false,
  dropout: 0.1,
  scaler: 'minMax',
  initializer: 'heNormal',
  noise: 0,
  classWeights: 'none',
  batchSize: 7,
  epochs: 12,
};

function train(change: Partial<Hyperparameters>, stage: Partial<FoldInput> = {}): CompletedFold {
  const outcome = trainFold({
    data,
    ...repeats[0]![0]!,
    params: { ...params, ...change },
    earlyStopping: null,
    seed: deriveSeed(1),
    ...stage,
  });
  if (outcome.status !== 'completed') throw new Error(outcome.status);
  return outcome;
}

test('a training in stages, on whatever engines, comes to the bits of one that was done in one go', () => {
  const engine = fc.constantFrom(referenceEngine, wasmEngine);
  fc.assert(
    fc.property(
      fc.constantFrom<Partial<Hyperparameters>>(
        {},
        { noise: 0.1 },
        { augmentation: [{ kind: 'noise', deviation: 0.1 }] },
        { optimizer: 'sgd', momentum: 0.9 },
        { batchSize: 'full', optimizer: 'rmsprop', rho: 0.9 },
        { epochs: 150 },
      ),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 11 }), engine), { maxLength: 4 }),
      (change, stages) => {
        const whole = train(change);
        let checkpoint: Uint8Array | null = null;
        for (const [untilEpoch, used] of stages.sort(([a], [b]) => a - b)) {
          const stage: CompletedFold = train(change, { untilEpoch, checkpoint, engine: used });
          expect(stage.epochs.trained).toBe(untilEpoch);
          checkpoint = stage.checkpoint;
          expect(checkpoint).not.toBeNull();
        }
        const last = train(change, { checkpoint });
        expect(last).toEqual(whole);
        expect(last.checkpoint).toBeNull();
      },
    ),
    { numRuns: 25 },
  );
});

test('a checkpoint that is damaged, or of another training, is as good as none', () => {
  const whole = train({});
  const { checkpoint } = train({}, { untilEpoch: 4 });
  const other = train({ hiddenLayers: [9] }, { untilEpoch: 4 });
  for (const bad of [
    checkpoint!.slice(0, -1),
    checkpoint!.slice(0, 3),
    new Uint8Array(50).fill(255),
    other.checkpoint!,
  ]) {
    expect(train({}, { checkpoint: bad })).toEqual(whole);
  }
  // Beyond the rung that is asked for.
  expect(train({}, { checkpoint, untilEpoch: 2 })).toEqual(train({}, { untilEpoch: 2 }));
});

test('a training that diverges within a stage has no checkpoint', () => {
  const stage = train({ optimizer: 'sgd', learningRate: 1e30, momentum: 0 }, { untilEpoch: 6 });
  expect(stage).toMatchObject({ checkpoint: null, reason: expect.stringMatching(/diverged/) });
});

test('early stopping is not done in stages', () => {
  const earlyStopping = { patience: 2, minDelta: 0, monitor: 'loss', fraction: 0.2 } as const;
  expect(() => train({}, { earlyStopping, untilEpoch: 3 })).toThrow(RangeError);
});

test('a checkpoint is read as it was written, at any address', () => {
  const { curves } = train({});
  const bytes = encodeCheckpoint({ curves, state: Uint8Array.of(1, 2, 3) });
  const moved = new Uint8Array(bytes.length + 1);
  moved.set(bytes, 1);
  expect(decodeCheckpoint(moved.subarray(1))).toEqual({ curves, state: Uint8Array.of(1, 2, 3) });
});
