import { readdirSync, readFileSync } from 'node:fs';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { normal } from '@holdfast/numeric/normal';
import { createStream } from '@holdfast/numeric/stream';
import { describe, expect, test } from 'vitest';
import { initialParameters } from '../initializers/initial-parameters.ts';
import type { Activation, LayerDescription } from '../layers/layer-description.ts';
import { type OptimizerDescription, optimizerDefaults } from '../optimizers/optimizer-description.ts';
import { replayTrajectory } from '../training/replay-trajectory.ts';
import type { Trajectory, TrajectoryExpectation } from '../training/trajectory.ts';
import type { Engine, EngineTraining, Targets, TrainingSetup } from './engine.ts';

const fixtures = new URL('../../fixtures/trajectories/', import.meta.url);
const seed = deriveSeed(0, 'engine suite');

function expectClose(
  actual: readonly number[],
  expected: readonly number[],
  absolute: number,
  relative: number,
): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of expected.entries())
    if (!(Math.abs(actual[i]! - value) <= absolute + relative * Math.abs(value)))
      throw new Error(`number ${i} is ${actual[i]}, expected ${value}`);
}

function layer(inputs: number, units: number, activation: Activation, more: Partial<LayerDescription> = {}) {
  const plain = { dropout: 0, l1Weights: 0, l2Weights: 0, l1Biases: 0, l2Biases: 0 };
  return { inputs, units, activation, ...plain, ...more };
}

function optimizer(
  kind: OptimizerDescription['kind'],
  more: Partial<OptimizerDescription> = {},
): OptimizerDescription {
  return { kind, learningRate: 0.05, decay: 0, ...optimizerDefaults, ...more };
}

/** Rows of N(0, 1) features with targets for the head, and parameters none of which is 0. */
function setupFor(
  layers: LayerDescription[],
  rows: number,
  more: Partial<TrainingSetup> = {},
): TrainingSetup {
  const { inputs } = layers[0]!;
  const { units, activation } = layers.at(-1)!;
  const stream = createStream(seed, 'noise', 1);
  const features = Float32Array.from({ length: rows * inputs }, (_, i) => normal(stream, i));
  const targets: Targets =
    activation === 'softmax'
      ? Int32Array.from({ length: rows }, (_, i) => i % units)
      : activation === 'sigmoid'
        ? Uint8Array.from({ length: rows * units }, (_, i) => ((i * 7) % 3) & 1)
        : Float32Array.from({ length: rows * units }, (_, i) => normal(stream, 1_000_000 + i));
  const drawn = initialParameters(layers, 'heNormal', seed);
  return {
    layers,
    optimizer: optimizer('adam'),
    parameters: drawn.map((value, i) => value + (0.1 * ((i % 5) - 2) + 0.05)),
    rows,
    features,
    targets,
    lossWeights: null,
    dropout: { kind: 'drawn', seed },
    ...more,
  };
}

function parametersOf(training: EngineTraining, count: number): Float32Array {
  const parameters = new Float32Array(count);
  training.readParameters(parameters);
  return parameters;
}

/** FNV-1a over the bits, in the byte order of the DataView, so equal on all machines. */
function hashOf(values: Float32Array): string {
  const bytes = new DataView(new ArrayBuffer(4));
  let hash = 0x811c9dc5;
  for (const value of values) {
    bytes.setFloat32(0, value);
    for (let i = 0; i < 4; i++) hash = Math.imul(hash ^ bytes.getUint8(i), 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, '0');
}

/** An independent forward pass in float64, as textbooks write it: data loss and penalty of a full batch. */
function textbookLoss(
  { layers, features, targets, rows, lossWeights }: TrainingSetup,
  parameters: Float64Array,
): number {
  let loss = 0;
  for (let row = 0; row < rows; row++) {
    let at = 0;
    let x: number[] = [...features.subarray(row * layers[0]!.inputs, (row + 1) * layers[0]!.inputs)];
    for (const { inputs, units, activation } of layers) {
      const z: number[] = [];
      for (let j = 0; j < units; j++) {
        let sum = parameters[at + inputs * units + j]!;
        for (let k = 0; k < inputs; k++) sum += x[k]! * parameters[at + k * units + j]!;
        z.push(sum);
      }
      at += (inputs + 1) * units;
      const weight = (i: number): number => (lossWeights === null ? 1 : lossWeights[i]!);
      if (activation === 'relu') x = z.map((value) => Math.max(0, value));
      else if (activation === 'softmax') {
        const total = z.reduce((sum, value) => sum + Math.exp(value), 0);
        loss -= (weight(row) * Math.log(Math.exp(z[targets[row]!]!) / total)) / rows;
      } else {
        for (const [j, value] of z.entries()) {
          const i = row * units + j;
          const target = targets[i]!;
          const p = 1 / (1 + Math.exp(-value));
          const term =
            activation === 'sigmoid'
              ? -(target * Math.log(p) + (1 - target) * Math.log(1 - p))
              : (value - target) ** 2;
          loss += (weight(i) * term) / (rows * units);
        }
      }
    }
  }
  let at = 0;
  for (const { inputs, units, l1Weights, l2Weights, l1Biases, l2Biases } of layers) {
    for (let i = 0; i < (inputs + 1) * units; i++) {
      const w = parameters[at++]!;
      const [l1, l2] = i < inputs * units ? [l1Weights, l2Weights] : [l1Biases, l2Biases];
      loss += l1 * Math.abs(w) + l2 * w * w;
    }
  }
  return loss;
}

/** A step of plain SGD at rate 1 moves each parameter by its gradient. */
function engineGradient(engine: Engine, setup: TrainingSetup): Float64Array {
  const training = engine.createTraining({ ...setup, optimizer: optimizer('sgd', { learningRate: 1 }) });
  training.accumulate(null, 0, setup.rows, setup.rows);
  training.update();
  const after = parametersOf(training, setup.parameters.length);
  return Float64Array.from(setup.parameters, (before, i) => before - after[i]!);
}

const penalties = { l1Weights: 0.02, l2Weights: 0.03, l1Biases: 0.04, l2Biases: 0.05 };
const gradientCases: [string, LayerDescription[], Partial<TrainingSetup>?][] = [
  ['softmax alone', [layer(4, 3, 'softmax')]],
  ['one sigmoid output', [layer(4, 1, 'sigmoid')]],
  ['three sigmoid outputs', [layer(4, 3, 'sigmoid')]],
  ['a linear head', [layer(4, 2, 'linear')]],
  ['ReLU and softmax', [layer(4, 9, 'relu'), layer(9, 3, 'softmax')]],
  ['two ReLU layers and sigmoid', [layer(3, 10, 'relu'), layer(10, 7, 'relu'), layer(7, 2, 'sigmoid')]],
  ['ReLU and a linear head', [layer(3, 8, 'relu'), layer(8, 1, 'linear')]],
  ['L1 on weights', [layer(3, 5, 'relu', { l1Weights: 0.05 }), layer(5, 3, 'softmax')]],
  ['L2 on weights', [layer(3, 5, 'relu', { l2Weights: 0.05 }), layer(5, 3, 'softmax')]],
  ['L1 on biases', [layer(3, 5, 'relu', { l1Biases: 0.05 }), layer(5, 3, 'softmax')]],
  ['L2 on biases', [layer(3, 5, 'relu', { l2Biases: 0.05 }), layer(5, 3, 'softmax')]],
  ['all penalties on all layers', [layer(3, 5, 'relu', penalties), layer(5, 3, 'softmax', penalties)]],
  [
    'loss weights with softmax',
    [layer(3, 5, 'relu'), layer(5, 3, 'softmax')],
    { lossWeights: Float32Array.from({ length: 12 }, (_, i) => 0.5 + (i % 3)) },
  ],
  [
    'loss weights with sigmoid',
    [layer(3, 5, 'relu'), layer(5, 2, 'sigmoid')],
    { lossWeights: Float32Array.from({ length: 24 }, (_, i) => 0.25 + (i % 4)) },
  ],
];

/** What every engine must do; engines of one numerics version give the bits that are written here. */
export function describeEngine(engine: Engine): void {
  describe(`${engine.name} engine`, () => {
    describe('replays the trajectories', () => {
      for (const file of readdirSync(fixtures).sort())
        test(file, () => {
          const content = JSON.parse(readFileSync(new URL(file, fixtures), 'utf8')) as Trajectory & {
            expected: TrajectoryExpectation;
          };
          const { expected } = content;
          const result = replayTrajectory(content, engine);
          expectClose(result.dataLoss, expected.dataLoss, 2e-5, 1e-4);
          expectClose(result.regularizationLoss, expected.regularizationLoss, 2e-5, 1e-4);
          expectClose(result.accuracy, expected.accuracy, 1e-12, 0);
          expectClose(result.learningRate, expected.learningRate, 0, 1e-15);
          expect(result.final).toHaveLength(expected.final.length);
          for (const [l, { weights, biases }] of expected.final.entries()) {
            expectClose(result.final[l]!.weights.flat(), weights.flat(), 1e-4, 1e-3);
            expectClose(result.final[l]!.biases, biases, 1e-4, 1e-3);
          }
        });
    });

    describe('gradients are those of finite differences', () => {
      test.each(gradientCases)('%s', (_name, layers, more) => {
        const setup = setupFor(layers, 12, more);
        const gradient = engineGradient(engine, setup);
        const parameters = Float64Array.from(setup.parameters);
        const step = 1e-6;
        for (let i = 0; i < parameters.length; i++) {
          const value = parameters[i]!;
          parameters[i] = value + step;
          const above = textbookLoss(setup, parameters);
          parameters[i] = value - step;
          const below = textbookLoss(setup, parameters);
          parameters[i] = value;
          const difference = (above - below) / (2 * step);
          expect(
            Math.abs(gradient[i]! - difference),
            `parameter ${i}: ${gradient[i]} against ${difference}`,
          ).toBeLessThan(2e-6 + 1e-5 * Math.abs(difference));
        }
      });

      test('the data loss of a step is the textbook one, without the penalty', () => {
        const setup = setupFor([layer(3, 5, 'relu', penalties), layer(5, 3, 'softmax')], 12);
        const training = engine.createTraining(setup);
        training.accumulate(null, 0, 12, 12);
        const plain = { ...setup, layers: [layer(3, 5, 'relu'), layer(5, 3, 'softmax')] };
        expect(training.update().dataLoss).toBeCloseTo(
          textbookLoss(plain, Float64Array.from(setup.parameters)),
          6,
        );
      });
    });

    describe('dropout', () => {
      const layers = [layer(3, 400, 'relu', { dropout: 0.25 }), layer(400, 2, 'linear')];

      test('drops the share that it should, and scales what it keeps', () => {
        // Each hidden unit gives 1, so the head's bias gradient tells how many were kept.
        const setup = setupFor(layers, 50, { optimizer: optimizer('sgd', { learningRate: 1 }) });
        setup.parameters.fill(0);
        setup.parameters.fill(1, 1200, 1600);
        setup.parameters.fill(0.01, 1600, 2400);
        setup.targets.fill(0);
        const training = engine.createTraining(setup);
        training.accumulate(null, 0, 50, 50);
        training.update();
        const after = parametersOf(training, setup.parameters.length);
        // dL/db = mean over rows of 2 · ŷ / 2 = mean ŷ, and ŷ = 0.01 · kept / 0.75, whose mean is 4.
        expect(-after[2400]!).toBeCloseTo(4, 1);
        expect(-after[2400]!).not.toBe(4);
      });

      test('given masks take the place of drawn ones', () => {
        const given = (value: number) =>
          ({ kind: 'given', mask: () => new Uint8Array(20 * 400).fill(value) }) as const;
        const run = (setup: TrainingSetup): Float32Array => {
          const training = engine.createTraining(setup);
          training.accumulate(null, 0, 20, 20);
          training.update();
          return parametersOf(training, setup.parameters.length);
        };
        const off = run(setupFor(layers, 20, { dropout: given(0) }));
        const start = setupFor(layers, 20).parameters;
        expect(off.subarray(0, 2400)).toEqual(start.subarray(0, 2400));
        expect(run(setupFor(layers, 20, { dropout: given(1) }))).not.toEqual(off);
      });

      test('is absent from predictions', () => {
        const setup = setupFor(layers, 10);
        const outputs = [0, 1].map(() => new Float32Array(20));
        engine.createTraining(setup).predict(setup.features, 10, outputs[0]!);
        const plain = layers.map((each) => ({ ...each, dropout: 0 }));
        engine.createPredictor(plain, setup.parameters).predict(setup.features, 10, outputs[1]!);
        expect(outputs[0]).toEqual(outputs[1]);
      });
    });

    describe('same bits', () => {
      const layers = [
        layer(5, 13, 'relu', { dropout: 0.2, ...penalties }),
        layer(13, 9, 'relu', { dropout: 0.1 }),
        layer(9, 4, 'softmax'),
      ];

      test('however a batch is divided among calls', () => {
        const results = [[37], [1, 36], [8, 8, 8, 8, 5], new Array<number>(37).fill(1)].map((parts) => {
          const setup = setupFor(layers, 37);
          const training = engine.createTraining(setup);
          const losses: number[] = [];
          for (let step = 0; step < 3; step++) {
            let start = 0;
            for (const part of parts) {
              training.accumulate(null, start, part, 37);
              start += part;
            }
            losses.push(training.update().dataLoss);
          }
          return { losses, parameters: hashOf(parametersOf(training, setup.parameters.length)) };
        });
        for (const result of results) expect(result).toEqual(results[0]);
      });

      test('with an order of rows as with rows in that order', () => {
        const setup = setupFor(layers, 12);
        const order = Int32Array.from([3, 1, 4, 11, 5, 9, 2, 6, 8, 0, 7, 10]);
        const ordered: TrainingSetup = {
          ...setup,
          features: Float32Array.from(
            { length: 60 },
            (_, i) => setup.features[order[Math.floor(i / 5)]! * 5 + (i % 5)]!,
          ),
          targets: Int32Array.from(order, (row) => setup.targets[row]!),
        };
        const hashes = (
          [
            [setup, order],
            [ordered, null],
          ] as const
        ).map(([given, rows]) => {
          const training = engine.createTraining(given);
          for (const start of [0, 5, 10]) {
            const count = Math.min(5, 12 - start);
            training.accumulate(rows, start, count, count);
            training.update();
          }
          return hashOf(parametersOf(training, given.parameters.length));
        });
        expect(hashes[0]).toBe(hashes[1]);
      });

      test.each([
        ['sgd', {}, 'edc9562a'],
        ['sgd', { momentum: 0.9, decay: 0.01 }, '63a3a2a3'],
        ['adagrad', {}, '20943dcc'],
        ['rmsprop', { rho: 0.99 }, '641a1cfa'],
        ['adam', { decay: 1e-3 }, '3ad7f1e7'],
      ] as const)('as written down: %s %j', (kind, more, hash) => {
        const setup = setupFor(layers, 40, { optimizer: optimizer(kind, more) });
        const training = engine.createTraining(setup);
        for (let step = 0; step < 20; step++) {
          training.accumulate(null, (step % 4) * 10, 10, 10);
          training.update();
        }
        expect(hashOf(parametersOf(training, setup.parameters.length))).toBe(hash);
      });

      test.each([
        ['sigmoid', 'ef7b8561'],
        ['linear', 'da2252b0'],
      ] as const)('as written down: %s head', (activation, hash) => {
        const setup = setupFor([layer(6, 11, 'relu'), layer(11, 3, activation)], 30);
        const training = engine.createTraining(setup);
        for (let step = 0; step < 20; step++) {
          training.accumulate(null, 0, 30, 30);
          training.update();
        }
        const outputs = new Float32Array(90);
        training.predict(setup.features, 30, outputs);
        expect(hashOf(outputs)).toBe(hash);
      });
    });

    test('parameters and features can be written anew', () => {
      const setup = setupFor([layer(2, 3, 'softmax')], 6);
      const training = engine.createTraining(setup);
      const start = parametersOf(training, 9);
      training.accumulate(null, 0, 6, 6);
      const first = training.update().dataLoss;
      training.writeParameters(start);
      expect(parametersOf(training, 9)).toEqual(start);
      training.accumulate(null, 0, 6, 6);
      expect(training.update().dataLoss).toBe(first);
      training.writeParameters(start);
      training.writeFeatures(new Float32Array(12));
      training.accumulate(null, 0, 6, 6);
      expect(training.update().dataLoss).not.toBe(first);
      expect(training.steps).toBe(3);
    });

    test('what does not fit together is an error', () => {
      const layers = [layer(2, 3, 'relu'), layer(3, 2, 'softmax')];
      const setup = setupFor(layers, 6);
      expect(() => engine.createTraining({ ...setup, parameters: new Float32Array(3) })).toThrow(
        'parameters',
      );
      expect(() => engine.createTraining({ ...setup, features: new Float32Array(3) })).toThrow('features');
      expect(() => engine.createTraining({ ...setup, targets: new Int32Array(3) })).toThrow('targets');
      expect(() => engine.createTraining({ ...setup, layers: [layer(2, 3, 'relu')] })).toThrow('last layer');
      expect(() => engine.createTraining({ ...setup, layers: [layers[0]!, layer(4, 2, 'softmax')] })).toThrow(
        'layer 1',
      );
      expect(() => engine.createTraining({ ...setup, optimizer: optimizer('adam', { beta2: 1 }) })).toThrow(
        'beta2',
      );
    });
  });
}
