import type { Feature } from '@holdfast/contracts/dataset';
import type { Hyperparameters, Scaler } from '@holdfast/contracts/hyperparameters';
import type { ModelArtifact } from '@holdfast/contracts/model-artifact';
import type { Prediction } from '@holdfast/contracts/predictions';
import { describeEncodings } from '@holdfast/core/preprocessing/column-encoding';
import { refitTrial } from '@holdfast/core/training/refit-trial';
import type { TrainedModel } from '@holdfast/core/training/trained-model';
import type { TrainingSet } from '@holdfast/core/training-set';
import type { ModelDescription, ModelRecord } from '@holdfast/db/models';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { normal } from '@holdfast/numeric/normal';
import { createStream } from '@holdfast/numeric/stream';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { predictRows } from './predict-rows.ts';
import { writeJsonArtifact } from './write-json-artifact.ts';
import { writeOnnxArtifact } from './write-onnx-artifact.ts';

const scalers: Scaler[] = [
  'none',
  'maxAbs',
  'minMax',
  'standard',
  { kind: 'maxAbs', per: 'all' },
  { kind: 'fixed', center: 127.5, scale: 50 },
];
const networks = [[], [16], [12, 8]];
const tasks = ['classification', 'binary', 'regression'] as const;
const columns = 5;
const outputs = 3;

const stream = createStream(deriveSeed(0, 'onnx'), 'noise');
const draw = (index: number): number => normal(stream, index);

/**
 * Columns of very different sizes; the last one is constant. Without a scaler they are of one size, as whoever leaves it out
 * has made them: float32 sums of large numbers differ by their order.
 */
function makeFeatures(scaler: Scaler, rows: number, from = 0): Float64Array {
  const centers = scaler === 'none' ? [0, 0, 0, 0, 1] : [0, 100, 250, 3, 7];
  const scales = scaler === 'none' ? [1, 1, 1, 1, 0] : [1, 20, 5, 1e-3, 0];
  return Float64Array.from({ length: rows * columns }, (_, i) => {
    const column = i % columns;
    return centers[column]! + scales[column]! * draw(from + i);
  });
}

function makeData(task: TrainingSet['task'], scaler: Scaler, rows = 120): TrainingSet {
  const table = { rows, columns, outputs, features: makeFeatures(scaler, rows) };
  const score = (row: number) => draw(row * columns) + draw(row * columns + 1);
  if (task === 'classification') {
    const targets = Int32Array.from({ length: rows }, (_, row) =>
      score(row) < -0.5 ? 0 : score(row) < 0.5 ? 1 : 2,
    );
    return { ...table, task, targets };
  }
  const each = <T>(value: (row: number, output: number) => T) =>
    Array.from({ length: rows * outputs }, (_, i) => value(Math.floor(i / outputs), i % outputs));
  if (task === 'binary')
    return {
      ...table,
      task,
      targets: Uint8Array.from(each((row, output) => Number(score(row) > output - 1))),
    };
  return {
    ...table,
    task,
    targets: Float64Array.from(each((row, output) => 1000 * output + 50 * score(row))),
  };
}

function paramsOf(hiddenLayers: number[], scaler: Scaler): Hyperparameters {
  return {
    hiddenLayers,
    activation: 'relu',
    optimizer: 'adam',
    learningRate: 0.01,
    l1: 0,
    l2: 0,
    regularizeOutput: false,
    dropout: 0,
    scaler,
    initializer: 'heNormal',
    noise: 0,
    classWeights: 'none',
    batchSize: 16,
    epochs: 20,
  };
}

const names = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${prefix} ${i} "ä"`);

function train(
  task: TrainingSet['task'],
  hiddenLayers: number[],
  scaler: Scaler,
  data = makeData(task, scaler),
  features: Feature[] = names('feature', columns).map((name) => ({ name, kind: 'number' })),
) {
  const params = paramsOf(hiddenLayers, scaler);
  const spec = { seed: 1, earlyStopping: null, refit: { seeds: 1, keep: 'lowestTrainingLoss' as const } };
  const outcome = refitTrial({ data, trial: 0, params, spec, foldEpochs: [] });
  if (outcome.status !== 'completed') throw new Error(JSON.stringify(outcome));
  const description: ModelDescription = {
    dataset: { id: 'ds_1', name: 'made', digest: 'sha256:1' },
    task,
    target: task === 'classification' ? ['kind'] : names('target', outputs),
    classes: task === 'classification' ? names('class', outputs) : [],
    features,
    params,
    weightCount: outcome.model.parameters.length,
    validation: { metric: 'loss', mean: null, standardError: null, corrected: null },
    rows: 120,
  };
  const record: ModelRecord = {
    id: 'mo_1',
    searchId: 'se_1',
    trial: 0,
    datasetId: 'ds_1',
    status: 'completed',
    reason: null,
    description,
    training: { ...spec, foldEpochs: [] },
    result: null,
    digest: outcome.parametersDigest,
    revision: 2,
    attempt: 1,
    worker: null,
    createdAt: new Date(0),
    startedAt: null,
    finishedAt: null,
  };
  return { record, description, model: outcome.model };
}

/** Rows that were not trained on, farther apart, and with another value in the constant column. */
function strangers(rows: number, scaler: Scaler = 'standard'): Float64Array {
  return makeFeatures(scaler, rows, 10_000).map((value, i) =>
    i % columns === 4 ? value + (i % 3) : value * 1.5,
  );
}

/** The same items from the outputs of a session. */
function itemsOf(
  found: InferenceSession.OnnxValueMapType,
  task: string,
  description: ModelDescription,
  rows: number,
) {
  const { classes, target } = description;
  const row = (name: string, index: number) => {
    const data = found[name]!.data as Float32Array | Float64Array | BigInt64Array;
    return Array.from({ length: outputs }, (_, output) => Number(data[index * outputs + output]));
  };
  const named = (keys: readonly string[], values: number[]) =>
    Object.fromEntries(keys.map((key, output) => [key, values[output]!]));
  return Array.from({ length: rows }, (_, index): Prediction => {
    if (task === 'regression') return { value: named(target, row('value', index)) };
    if (task === 'binary')
      return {
        label: named(target, row('label', index)),
        probabilities: named(target, row('probabilities', index)),
      };
    return {
      label: (found['label']!.data as string[])[index]!,
      probabilities: named(classes, row('probabilities', index)),
    };
  });
}

const numbersOf = (item: Prediction): number[] =>
  'value' in item ? Object.values(item.value) : Object.values(item.probabilities);

/** A reader's own forward pass, from nothing but the JSON artifact. */
function predictByHand(artifact: ModelArtifact, features: Float64Array, row: number): number[] {
  const { scaler, targetScaler } = artifact.preprocessing;
  let values = scaler.center.map((center, k) => {
    const x = features[row * columns + k]!;
    return scaler.scale[k] === 0 ? 0 : Math.fround((x - center) / scaler.scale[k]!);
  });
  for (const { weights, biases, activation } of artifact.layers) {
    const sums = biases.map((bias, j) => values.reduce((sum, x, k) => sum + x * weights[k]![j]!, bias));
    if (activation === 'relu') values = sums.map((z) => (z > 0 ? z : 0));
    else if (activation === 'sigmoid') values = sums.map((z) => 1 / (1 + Math.exp(-z)));
    else if (activation === 'softmax') {
      const powers = sums.map((z) => Math.exp(z - Math.max(...sums)));
      const total = powers.reduce((sum, power) => sum + power, 0);
      values = powers.map((power) => power / total);
    } else values = sums;
  }
  return targetScaler
    ? values.map((value, j) => value * targetScaler.scale[j]! + targetScaler.center[j]!)
    : values;
}

const cases = tasks.flatMap((task) =>
  networks.flatMap((network) => scalers.map((scaler) => ({ task, network, scaler }))),
);

describe('a downloaded model', () => {
  test.each(cases)(
    '$task, hidden layers $network, scaler $scaler: predicts the same in onnxruntime',
    async (given) => {
      const { record, description, model } = train(given.task, given.network, given.scaler);
      const rows = 500;
      const features = strangers(rows, given.scaler);
      const session = await InferenceSession.create(writeOnnxArtifact({ record, model }));
      expect(session.inputNames).toEqual(['features']);
      const found = await session.run({ features: new Tensor('float64', features, [rows, columns]) });
      const theirs = itemsOf(found, given.task, description, rows);
      const ours = await predictRows(description, model, { rows, features });
      // Regression: relative to the target's own size.
      const size = given.task === 'regression' ? 3000 : 1;
      let largest = 0;
      for (const [row, item] of ours.entries()) {
        if ('label' in item) expect(theirs[row]).toMatchObject({ label: item.label });
        const other = numbersOf(theirs[row]!);
        for (const [output, value] of numbersOf(item).entries())
          largest = Math.max(largest, Math.abs(value - other[output]!) / size);
      }
      expect(largest).toBeLessThan(1e-5);
    },
  );

  test.each(tasks)('%s: the JSON has all that a prediction needs', async (task) => {
    const { record, description, model } = train(task, [12, 8], 'standard');
    const artifact = JSON.parse(writeJsonArtifact({ record, model })) as ModelArtifact;
    const features = strangers(50);
    const ours = await predictRows(description, model, { rows: 50, features });
    const size = task === 'regression' ? 3000 : 1;
    for (const [row, item] of ours.entries()) {
      const byHand = predictByHand(artifact, features, row);
      for (const [output, value] of numbersOf(item).entries())
        expect(Math.abs(value - byHand[output]!) / size).toBeLessThan(1e-5);
    }
  });

  test('a row beyond float32 is refused by its place', async () => {
    const { description, model } = train('classification', [4], 'standard');
    const features = strangers(3);
    features[columns + 1] = 1e300;
    const refused = predictRows(description, model, { rows: 3, features });
    await expect(refused).rejects.toMatchObject({
      type: 'invalid-rows',
      errors: [{ pointer: '/rows/1/feature 1 "ä"', message: expect.stringContaining('too far') }],
    });
  });
});

describe('a model of categories, booleans, dates and missing values', () => {
  const features: Feature[] = [
    { name: 'size', kind: 'number', missing: { rows: 1, filledWith: 'median' } },
    { name: 'color', kind: 'category', categories: ['blue', 'green', 'red'] },
    {
      name: 'shape',
      kind: 'category',
      categories: ['a', 'b'],
      missing: { rows: 1, filledWith: 'ownCategory' },
    },
    { name: 'sold', kind: 'boolean', missing: { rows: 1, filledWith: 'mostFrequent' } },
    { name: 'day', kind: 'date' },
    {
      name: 'kind',
      kind: 'category',
      categories: ['x', 'y'],
      missing: { rows: 1, filledWith: 'mostFrequent' },
    },
  ];
  const rows = 160;
  const width = features.length;
  const uniform = (index: number, below: number) => Math.abs(Math.floor(draw(index) * 1000)) % below;
  const make = (from: number, strange: boolean) =>
    Float64Array.from({ length: rows * width }, (_, i) => {
      const column = i % width;
      const { kind, missing, categories } = features[column]!;
      if ((missing || strange) && uniform(from + i, 7) === 0) return Number.NaN;
      if (kind === 'category')
        return strange && uniform(from + i, 5) === 0 ? -1 : uniform(from + i, categories!.length);
      if (kind === 'boolean') return uniform(from + i, 2);
      return kind === 'date' ? 1.7e12 + 1e10 * draw(from + i) : 40 + 10 * draw(from + i);
    });

  const fitted = scalers.filter(
    (scaler) => scaler !== 'none' && !(typeof scaler === 'object' && scaler.kind === 'fixed'),
  );
  test.each(tasks.flatMap((task) => fitted.map((scaler) => ({ task, scaler }))))(
    '$task, scaler $scaler: predicts the same in onnxruntime, for unseen and missing values too',
    async ({ task, scaler }) => {
      const table = {
        rows,
        columns: width,
        outputs,
        features: make(0, false),
        encodings: describeEncodings(features),
      };
      const each = (count: number, value: (i: number) => number) =>
        Array.from({ length: count }, (_, i) => value(i));
      const data: TrainingSet =
        task === 'classification'
          ? { ...table, task, targets: Int32Array.from(each(rows, (row) => row % outputs)) }
          : task === 'binary'
            ? { ...table, task, targets: Uint8Array.from(each(rows * outputs, (i) => Number(i % 5 < 2))) }
            : { ...table, task, targets: Float64Array.from(each(rows * outputs, (i) => 1000 + draw(i))) };
      const made = train(task, [12], scaler, data, features);
      const { description, model } = made;
      const strange = make(50_000, true);
      const session = await InferenceSession.create(writeOnnxArtifact(made));
      const found = await session.run({ features: new Tensor('float64', strange, [rows, width]) });
      const theirs = itemsOf(found, task, description, rows);
      const ours = await predictRows(description, model, { rows, features: strange });
      const size = task === 'regression' ? 1000 : 1;
      for (const [row, item] of ours.entries()) {
        if ('label' in item) expect(theirs[row]).toMatchObject({ label: item.label });
        const other = numbersOf(theirs[row]!);
        for (const [output, value] of numbersOf(item).entries())
          expect(Math.abs(value - other[output]!) / size).toBeLessThan(1e-5);
      }
    },
  );
});

test('the tie of a label goes to the first class, as in training', async () => {
  const { record, description, model } = train('classification', [], 'none');
  const tied: TrainedModel = { ...model, parameters: new Float32Array(model.parameters.length) };
  const session = await InferenceSession.create(writeOnnxArtifact({ record, model: tied }));
  const features = strangers(1);
  const found = await session.run({ features: new Tensor('float64', features, [1, columns]) });
  expect(found['label']!.data).toEqual([description.classes[0]]);
  const [ours] = await predictRows(description, tied, { rows: 1, features });
  expect(ours).toMatchObject({ label: description.classes[0] });
});
