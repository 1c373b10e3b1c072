import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LabelledRows } from '../training-set.ts';
import { refitTrial } from './refit-trial.ts';
import { sampleScorer, scoreModel } from './score-model.ts';

const rows = 24;
const width = 3;
const table = {
  rows,
  columns: width,
  features: Float64Array.from({ length: rows * width }, (_, i) => ((i * 37) % 23) / 4),
};
const data: LabelledRows[] = [
  {
    ...table,
    task: 'classification',
    outputs: 3,
    targets: Int32Array.from({ length: rows }, (_, i) => i % 3),
  },
  {
    ...table,
    task: 'binary',
    outputs: 2,
    targets: Uint8Array.from({ length: rows * 2 }, (_, i) => +(i % 3 === 0)),
  },
  {
    ...table,
    task: 'regression',
    outputs: 2,
    targets: Float64Array.from({ length: rows * 2 }, (_, i) => 100 + ((i * 7) % 11)),
  },
];

/** The rows named, one after the other. */
function take(all: LabelledRows, chosen: Int32Array): LabelledRows {
  const of = <T extends Float64Array | Int32Array | Uint8Array>(numbers: T): T => {
    const each = numbers.length / all.rows;
    return (numbers.constructor as unknown as { from(values: number[]): T }).from(
      [...chosen].flatMap((row) => [...numbers.subarray(row * each, (row + 1) * each)]),
    );
  };
  return {
    ...all,
    rows: chosen.length,
    features: of(all.features),
    targets: of(all.targets),
  } as LabelledRows;
}

test.each(data)('$task: samples score as their rows would by themselves, to the bit', (all) => {
  const refit = refitTrial({
    data: all,
    trial: 0,
    params: {
      hiddenLayers: [4],
      activation: 'relu',
      optimizer: 'adam',
      learningRate: 0.05,
      l1: 0,
      l2: 0,
      regularizeOutput: false,
      dropout: 0,
      scaler: 'standard',
      initializer: 'heNormal',
      noise: 0,
      classWeights: 'none',
      batchSize: 8,
      epochs: 5,
    },
    spec: { seed: 0, earlyStopping: null, refit: { seeds: 1, keep: 'lowestTrainingLoss' } },
    foldEpochs: [],
  });
  if (refit.status !== 'completed') throw new Error(refit.status);
  const { model } = refit;
  const scoreOf = sampleScorer(model, all);
  const sample = fc.array(fc.nat(rows - 1), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(sample, (chosen) => {
      const numbers = Int32Array.from(chosen);
      expect(scoreOf(numbers)).toEqual(scoreModel(model, take(all, numbers)).scores);
    }),
  );
});
