import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Scores } from '@holdfast/contracts/metrics';
import { deriveSeed, type Seed } from '@holdfast/numeric/derive-seed';
import type { Engine } from '../kernels/engine.ts';
import { wasmEngine } from '../kernels/wasm.ts';
import { type FittedScaler, fitScaler } from '../preprocessing/scaler.ts';
import type { TrainingSet } from '../training-set.ts';
import { prepareTargets, scoreRows } from './evaluation.ts';
import { trainFold } from './train-fold.ts';

/** All metrics of the task, `null` where they are not defined. */
export interface BaselineScores {
  validation: Scores;
  training: Scores;
}

/** What needs no search, on one fold. */
export interface FoldBaselines {
  /** Class frequencies, or the mean, of the training rows: the same prediction for every row. */
  constant: BaselineScores;
  /** Logistic regression (softmax or sigmoid outputs), or linear regression. */
  linear: BaselineScores;
}

/** Updates enough for weights to settle; and epochs where rows are few, or many. */
const wantedSteps = 1500;
const [fewestEpochs, mostEpochs] = [10, 200];
const manyRows = 10_000;

/** A name where fold runs have a trial's number, so none is shared. */
export function baselineSeed(searchSeed: number, repeat: number, fold: number): Seed {
  return deriveSeed(searchSeed, 'baseline', repeat, fold);
}

/** How the linear one is trained: on standardised features, with Adam at a rate that falls to a tenth. */
function linearParams(rows: number): Hyperparameters {
  const batchSize = rows > manyRows ? 256 : 32;
  const epochs = Math.ceil(wantedSteps / Math.ceil(rows / batchSize));
  return {
    hiddenLayers: [],
    activation: 'relu',
    optimizer: 'adam',
    learningRate: 0.02,
    finalLearningRate: 0.1,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-7,
    l1: 0,
    l2: 0,
    regularizeOutput: false,
    dropout: 0,
    scaler: 'standard',
    initializer: 'scaledNormal',
    noise: 0,
    classWeights: 'none',
    batchSize,
    epochs: Math.min(mostEpochs, Math.max(fewestEpochs, epochs)),
  };
}

/**
 * The baselines of one fold: a pure function of data, rows and seed, the same on every engine.
 * @returns `null` where it was cancelled
 */
export function trainBaselines(input: {
  data: TrainingSet;
  trainingRows: Int32Array;
  validationRows: Int32Array;
  /** Draws the linear one's initial weights and the order of its batches. */
  seed: Seed;
  /** The WASM engine unless given. */
  engine?: Engine;
  isCancelled?: () => boolean;
}): FoldBaselines | null {
  const { engine = wasmEngine, ...fold } = input;
  const linear = trainFold({
    ...fold,
    engine,
    params: linearParams(fold.trainingRows.length),
    earlyStopping: null,
    curvePoints: 1,
  });
  if (linear.status === 'cancelled') return null;
  const { validation, training } = linear;
  return { constant: scoreConstant(fold), linear: { validation, training } };
}

function scoreConstant(fold: {
  data: TrainingSet;
  trainingRows: Int32Array;
  validationRows: Int32Array;
}): BaselineScores {
  const { data, trainingRows, validationRows } = fold;
  const targetScaler =
    data.task === 'regression' ? fitScaler('standard', data.targets, data.outputs, trainingRows) : null;
  const prediction = frequencies(data, trainingRows);
  const score = (rows: Int32Array) => scoreEveryRowAlike(data, rows, prediction, targetScaler);
  return { validation: score(validationRows), training: score(trainingRows) };
}

/** A mean is 0 once targets are standardised. */
function frequencies(data: TrainingSet, rows: Int32Array): Float32Array {
  const counts = new Float64Array(data.outputs);
  if (data.task === 'classification') for (const row of rows) counts[data.targets[row]!]! += 1;
  if (data.task === 'binary') {
    for (const row of rows)
      for (let output = 0; output < data.outputs; output++)
        counts[output]! += data.targets[row * data.outputs + output]!;
  }
  return Float32Array.from(counts, (count) => count / rows.length);
}

function scoreEveryRowAlike(
  data: TrainingSet,
  rows: Int32Array,
  prediction: Float32Array,
  targetScaler: FittedScaler | null,
): Scores {
  const predictions = new Float32Array(rows.length * data.outputs);
  for (let row = 0; row < rows.length; row++) predictions.set(prediction, row * data.outputs);
  const targets = prepareTargets(data, rows, targetScaler);
  const prepared = { rows, features: new Float32Array(0), targets };
  return scoreRows(data, prepared, predictions, targetScaler).scores;
}
