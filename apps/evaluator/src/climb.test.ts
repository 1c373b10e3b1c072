import { refitTrial } from '@holdfast/core/training/refit-trial';
import { scoreModel } from '@holdfast/core/training/score-model';
import type { LabelledRows } from '@holdfast/core/training-set';
import { describe, expect, it } from 'vitest';
import { climb } from './climb.ts';
import { rowLosses } from './row-losses.ts';

const by = (trial: number) => ({ reveal: 'rv_1', search: 'se_1', trial });
const wrong = (count: number) => Array.from({ length: 100 }, (_, row) => Number(row < count));

describe('climbing', () => {
  it('answers each submission with the best before it, unless it is a step better', () => {
    const answers = climb(null, [
      { leader: by(0), losses: null },
      { leader: by(1), losses: wrong(50) },
      { leader: by(2), losses: wrong(60) },
      { leader: by(3), losses: wrong(50) },
      { leader: by(4), losses: wrong(20) },
      { leader: by(5), losses: null },
    ]);
    expect(answers).toEqual([
      { score: null, improved: false, leader: null },
      { score: 0.5, improved: true, leader: by(1) },
      { score: 0.5, improved: false, leader: by(1) },
      { score: 0.5, improved: false, leader: by(1) },
      { score: 0.8, improved: true, leader: by(4) },
      { score: 0.8, improved: false, leader: by(4) },
    ]);
  });

  it('goes on from what it showed as if it had never stopped', () => {
    const all = [50, 45, 48, 20, 19, 5].map((count, trial) => ({ leader: by(trial), losses: wrong(count) }));
    const whole = climb(null, all);
    for (const cut of [1, 2, 3, 4, 5]) {
      const { score, leader } = whole[cut - 1]!;
      const leading = { leader: leader!, score: score!, losses: all[leader!.trial]!.losses };
      expect(climb(leading, all.slice(cut))).toEqual(whole.slice(cut));
    }
  });
});

describe('losses of rows', () => {
  const params = {
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
    epochs: 4,
  } as const;
  const rows = 30;
  const features = Float64Array.from({ length: rows * 2 }, (_, i) => (i * 37) % 11);
  const table = { rows, columns: 2, features };
  const spec = { seed: 0, earlyStopping: null, refit: { seeds: 1, keep: 'lowestTrainingLoss' } } as const;
  const model = (data: LabelledRows) => {
    const refit = refitTrial({
      data,
      trial: 0,
      params: { ...params, hiddenLayers: [4] },
      spec,
      foldEpochs: [],
    });
    if (refit.status !== 'completed') throw new Error(refit.status);
    return refit.model;
  };

  it.each([
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
  ] as LabelledRows[])('are 1 − accuracy on average: $task', (data) => {
    const trained = model(data);
    const losses = rowLosses(trained, data);
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / rows;
    expect(1 - mean).toBeCloseTo(scoreModel(trained, data).scores.accuracy!, 12);
    expect(new Set(losses).size).toBeGreaterThan(1);
  });

  it('are not those of a regression', () => {
    const targets = Float64Array.from({ length: rows }, (_, i) => i);
    const data: LabelledRows = { ...table, task: 'regression', outputs: 1, targets };
    expect(() => rowLosses(model(data), data)).toThrow('no losses between 0 and 1');
  });
});
