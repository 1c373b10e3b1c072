import type { Finding } from '@holdfast/contracts/diagnosis';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { searchSpecSchema } from '@holdfast/contracts/search-spec';
import { generateSpiral } from '@holdfast/core/data/spiral';
import { assignFolds } from '@holdfast/core/splits/assign-folds';
import type { Fold } from '@holdfast/core/splits/fold-rows';
import { baselineSeed, trainBaselines } from '@holdfast/core/training/train-baselines';
import { trainFold } from '@holdfast/core/training/train-fold';
import type { TrainingSet } from '@holdfast/core/training-set';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { normal } from '@holdfast/numeric/normal';
import { createStream } from '@holdfast/numeric/stream';
import { baselineOf } from '@holdfast/search/diagnosis/baseline';
import { diagnoseTrial } from '@holdfast/search/diagnosis/diagnose-trial';
import { planTrials } from '@holdfast/search/plan-trials';
import { resolveSpec } from '@holdfast/search/resolve-spec';
import { meanOf } from '@holdfast/search/statistics/fold-statistics';
import { describe, expect, test } from 'vitest';

const samplesPerClass = 60;
const spiral = generateSpiral({ samplesPerClass, classes: 3, noise: 0.1, seed: deriveSeed(0, 'spiral') });
const rows = 3 * samplesPerClass;
const curled: TrainingSet = {
  task: 'classification',
  rows,
  columns: 2,
  outputs: 3,
  features: spiral.features,
  targets: spiral.labels,
};
const stream = createStream(deriveSeed(1), 'sampling');
/** Twenty columns of noise, which say nothing of the classes. */
const noise: TrainingSet = {
  ...curled,
  columns: 20,
  features: Float64Array.from({ length: rows * 20 }, (_, i) => normal(stream, i)),
};
/** Three heaps that do not touch. */
const heaps: TrainingSet = {
  ...curled,
  features: curled.features.map(
    (value, i) => 0.3 * value + (i % 2 === 0 ? [0, 2, 1] : [0, 0, 2])[spiral.labels[i >> 1]!]!,
  ),
};

const facts = {
  task: 'classification' as const,
  trainRows: rows,
  rowsPerClass: { a: samplesPerClass, b: samplesPerClass, c: samplesPerClass },
};
const baseline = baselineOf(facts);
const params: Hyperparameters = {
  hiddenLayers: [32],
  activation: 'relu',
  optimizer: 'adam',
  learningRate: 0.02,
  decay: 0,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-7,
  l1: 0,
  l2: 0,
  regularizeOutput: false,
  dropout: 0,
  scaler: 'minMax',
  initializer: 'heNormal',
  noise: 0,
  classWeights: 'none',
  batchSize: 32,
  epochs: 100,
};
const { repeats } = assignFolds({
  kind: 'stratified',
  rows,
  labels: spiral.labels,
  folds: 3,
  seed: deriveSeed(0, 'folds'),
});

/** Twenty things, seen nine times each, that are of a class by chance. */
const thingOf = (row: number) => row % 20;
const copies: TrainingSet = {
  ...noise,
  columns: 4,
  features: Float64Array.from({ length: rows * 4 }, (_, i) => {
    const [row, column] = [Math.floor(i / 4), i % 4];
    return noise.features[thingOf(row) * 20 + column]! + 0.01 * noise.features[row * 20 + column]!;
  }),
  targets: Int32Array.from({ length: rows }, (_, row) => stream.word(10_000 + thingOf(row)) % 3),
};
const byThing = assignFolds({
  kind: 'grouped',
  rows,
  groups: Int32Array.from({ length: rows }, (_, row) => thingOf(row)),
  folds: 3,
  seed: deriveSeed(0, 'folds'),
});

/** The mean accuracy of the linear model that is trained beside every search. */
function scoreLinear(data: TrainingSet, division = repeats[0]!): number | null {
  return meanOf(
    division.map(
      (fold, number) =>
        trainBaselines({ data, ...fold, seed: baselineSeed(0, 0, number) })!.linear.validation.accuracy ??
        null,
    ),
  );
}

/** With the validation loss, beyond all numbers where it diverged. */
function judge(
  data: TrainingSet,
  changed: Partial<Hyperparameters>,
  { division = repeats[0]!, linear = null }: { division?: Fold[]; linear?: number | null } = {},
): { findings: Finding[]; loss: number } {
  const trial = { ...params, ...changed };
  const folds = division.map((fold, number) => {
    const outcome = trainFold({
      data,
      ...fold,
      params: trial,
      earlyStopping: null,
      seed: deriveSeed(0, 0, 0, number),
    });
    if (outcome.status !== 'completed') throw new Error(outcome.status);
    return outcome;
  });
  return {
    findings: diagnoseTrial({ params: trial, folds }, baseline, {
      earlyStopping: false,
      linear: { accuracy: linear, r2: null },
    }),
    loss: meanOf(folds.map(({ validation }) => validation.loss ?? null)) ?? Infinity,
  };
}
const diagnose = (data: TrainingSet, changed: Partial<Hyperparameters>) => judge(data, changed).findings;
const codesOf = (findings: readonly Finding[]) => findings.map(({ code }) => code);

/** The trials of the grid that a suggestion makes. */
function gridOf({ suggestion }: Finding): Hyperparameters[] {
  const dataset = { id: 'ds_00000000000000000001', ...facts, group: false, time: false };
  const spec = searchSpecSchema.parse({ dataset: dataset.id, space: suggestion.space });
  const resolved = resolveSpec(spec, dataset);
  if ('errors' in resolved) throw new Error(JSON.stringify(resolved.errors));
  const plan = planTrials(resolved.spec);
  if ('errors' in plan) throw new Error(JSON.stringify(plan.errors));
  return plan.trials;
}

describe('a trial', () => {
  test('of data that its network fits is left alone', () => {
    expect(codesOf(diagnose(heaps, { epochs: 200, l2: 0.001 }))).toEqual([]);
  });

  test.each<[Finding['code'], TrainingSet, Partial<Hyperparameters>]>([
    ['diverged', heaps, { optimizer: 'sgd', learningRate: 1e20, scaler: 'none' }],
    ['notLearning', curled, { learningRate: 1e-9 }],
    ['capacityLow', curled, { hiddenLayers: [2], epochs: 300, learningRate: 0.1 }],
    ['overfitting', noise, { hiddenLayers: [64] }],
    ['stillImproving', heaps, { epochs: 10, learningRate: 0.002 }],
  ])('is said to be %s where it is, and nothing else, and the suggestion mends it', (code, data, changed) => {
    const { findings, loss } = judge(data, changed, { linear: scoreLinear(data) });
    // All others are silent: this is data made to provoke one of them.
    expect(codesOf(findings)).toEqual([code]);
    const finding = findings[0]!;
    const trials = gridOf(finding);
    expect(trials.length).toBeLessThanOrEqual(50);
    const after = trials.map((trial) => judge(data, trial));
    const mended = after.filter((one) => !codesOf(one.findings).includes(code) && one.loss < loss);
    expect(mended.length).toBeGreaterThan(0);
  });

  test('that is too good to be true is told to look for leaks, and is not once the leak is mended', () => {
    const trial = { hiddenLayers: [64, 64], epochs: 200, learningRate: 0.01 };
    const { findings } = judge(copies, trial, { linear: scoreLinear(copies) });
    expect(codesOf(findings)[0]).toBe('suspiciouslyGood');
    expect(findings[0]!.evidence.validationAccuracy).toBeGreaterThan(0.98);
    expect(findings[0]!.evidence.linearAccuracy).toBeLessThan(0.78);
    expect(findings[0]!.suggestion.message).toContain('group');
    expect(gridOf(findings[0]!).map(({ hiddenLayers }) => hiddenLayers)).toEqual([[], [4], [64, 64]]);
    const division = byThing.repeats[0]!;
    const linear = scoreLinear(copies, division);
    const grouped = judge(copies, trial, { division, linear }).findings;
    expect(codesOf(grouped)).not.toContain('suspiciouslyGood');
    expect(codesOf(grouped)).toContain('overfitting');
    // What is easy for a linear model too is no surprise.
    expect(
      codesOf(judge(heaps, { epochs: 200, l2: 0.001 }, { linear: scoreLinear(heaps) }).findings),
    ).toEqual([]);
  });

  test('that learns noise by heart is told since when', () => {
    const [finding] = diagnose(noise, { hiddenLayers: [64] });
    const { sinceEpoch, trainingLoss, validationLoss } = finding!.evidence;
    expect(sinceEpoch).toBeGreaterThanOrEqual(1);
    expect(sinceEpoch).toBeLessThan(50);
    expect(trainingLoss).toBeLessThan(0.1);
    expect(validationLoss).toBeGreaterThan(baseline.loss);
    expect(finding!.suggestion.space.epochs).toEqual([100, sinceEpoch]);
  });

  test('with dropout is told what the training saw, beside the figures without', () => {
    const { findings } = judge(noise, { hiddenLayers: [64], dropout: 0.2 });
    const { trainingLoss, maskedTrainingLoss } = findings[0]!.evidence;
    expect(maskedTrainingLoss!).toBeGreaterThan(trainingLoss!);
    expect(diagnose(noise, { hiddenLayers: [64] })[0]!.evidence).not.toHaveProperty('maskedTrainingLoss');
  });

  test('without results says nothing', () => {
    expect(diagnoseTrial({ params, folds: [] }, baseline, { earlyStopping: false })).toEqual([]);
  });
});

describe('baselineOf', () => {
  test('knows how frequent the classes are', () => {
    expect(baseline.accuracy).toBeCloseTo(1 / 3, 14);
    expect(baseline.loss).toBeCloseTo(Math.log(3), 14);
    const skewed = baselineOf({ ...facts, trainRows: 10, rowsPerClass: { a: 9, b: 1, c: 0 } });
    expect(skewed.accuracy).toBe(0.9);
    expect(skewed.loss).toBeCloseTo(-0.9 * Math.log(0.9) - 0.1 * Math.log(0.1), 14);
    const binary = baselineOf({ task: 'binary', trainRows: 10, rowsPerClass: { a: 1, b: 5 } });
    expect(binary.accuracy).toBeCloseTo(0.7, 14);
    expect(baselineOf({ task: 'regression', trainRows: 10, rowsPerClass: {} })).toEqual({
      accuracy: null,
      loss: 1,
    });
  });
});
