import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { generateSpiral } from '@holdfast/core/data/spiral';
import { trainModel } from '@holdfast/core/training/train-model';
import { predict } from '@holdfast/core/training/trained-model';
import { deriveSeed } from '@holdfast/numeric/derive-seed';

export interface SpiralTask {
  params: Hyperparameters;
  samplesPerClass: number;
  seed: number;
}

export interface SpiralFigures {
  seed: number;
  training: number;
  test: number;
  testLoss: number;
}

const classes = 3;
const noise = 0.2;
/** 30,000 fresh points, the same for every seed and setting. */
const fresh = generateSpiral({
  samplesPerClass: 10_000,
  classes,
  noise,
  seed: deriveSeed(0, 'book', 'fresh'),
});

/** Draws training points and initial weights from `seed`, trains on all of them, tests on the fresh points. */
export default function trainSpiral({ params, samplesPerClass, seed }: SpiralTask): SpiralFigures {
  const points = generateSpiral({
    samplesPerClass,
    classes,
    noise,
    seed: deriveSeed(seed, 'book', 'points'),
  });
  const outcome = trainModel({
    data: {
      task: 'classification',
      rows: points.rows,
      columns: 2,
      outputs: classes,
      features: points.features,
      targets: points.labels,
    },
    params,
    earlyStopping: null,
    seed: deriveSeed(seed, 'book', 'weights'),
  });
  if (outcome.status !== 'completed' || !outcome.model) throw new Error(`seed ${seed} diverged`);
  const probabilities = predict(outcome.model, fresh.features, fresh.rows);
  let right = 0;
  let loss = 0;
  for (let row = 0; row < fresh.rows; row++) {
    const label = fresh.labels[row]!;
    const own = probabilities.subarray(row * classes, (row + 1) * classes);
    if (own.indexOf(Math.max(...own)) === label) right++;
    loss -= Math.log(Math.min(1 - 1e-7, Math.max(1e-7, own[label]!)));
  }
  return {
    seed,
    training: outcome.training.accuracy ?? 0,
    test: right / fresh.rows,
    testLoss: loss / fresh.rows,
  };
}
