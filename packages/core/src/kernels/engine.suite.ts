import { readdirSync, readFileSync } from 'node:fs';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { normal } from '@holdfast/numeric/normal';
import { shuffle } from '@holdfast/numeric/shuffle';
import { createStream } from '@holdfast/numeric/stream';
import { describe, expect, test } from 'vitest';
import { initialParameters } from '../initializers/initial-parameters.ts';
import type { Activation, LayerDescription } from '../layers/layer-description.ts';
import { lossAndAccuracy } from '../losses/loss-and-accuracy.ts';
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
    batch: rows,
    seed,
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
  training.trainEpochs(1);
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
        const plain = { ...setup, layers: [layer(3, 5, 'relu'), layer(5, 3, 'softmax')] };
        expect(training.trainEpochs(1).lastStep.dataLoss).toBeCloseTo(
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
        training.trainEpochs(1);
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
          training.trainEpochs(1);
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
        const training = engine.createTraining(setup);
        training.predict(training.trainingRows, outputs[0]!);
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

      test('however the epochs are divided among calls', () => {
        const results = [[6], [1, 5], [2, 2, 2], [1, 1, 1, 1, 1, 1]].map((parts) => {
          const setup = setupFor(layers, 37, { batch: 10 });
          const training = engine.createTraining(setup);
          const last = parts.map((count) => training.trainEpochs(count)).at(-1)!;
          expect(training).toMatchObject({ epochs: 6, steps: 24 });
          return { ...last.lastStep, parameters: hashOf(parametersOf(training, setup.parameters.length)) };
        });
        for (const result of results) expect(result).toEqual(results[0]);
      });

      test('with batches as with full batches of their rows', () => {
        const setup = setupFor(layers, 12, { batch: 5 });
        const order = shuffle(
          Int32Array.from({ length: 12 }, (_, row) => row),
          createStream(seed, 'shuffling', 1),
        );
        let { parameters } = setup;
        const plain = { optimizer: optimizer('sgd'), dropout: { kind: 'drawn', seed } } as const;
        for (const start of [0, 5, 10]) {
          const chosen = order.subarray(start, Math.min(start + 5, 12));
          const alone = engine.createTraining({
            ...setup,
            ...plain,
            layers: layers.map((each) => ({ ...each, dropout: 0 })),
            parameters,
            rows: chosen.length,
            batch: chosen.length,
            features: Float32Array.from(
              { length: chosen.length * 5 },
              (_, i) => setup.features[chosen[Math.floor(i / 5)]! * 5 + (i % 5)]!,
            ),
            targets: Int32Array.from(chosen, (row) => setup.targets[row]!),
          });
          alone.trainEpochs(1);
          parameters = parametersOf(alone, parameters.length);
        }
        const undropped = engine.createTraining({
          ...setup,
          ...plain,
          layers: layers.map((each) => ({ ...each, dropout: 0 })),
        });
        undropped.trainEpochs(1);
        expect(parametersOf(undropped, parameters.length)).toEqual(parameters);
      });

      test.each([
        ['sgd', {}, 'ffa8c5b3'],
        ['sgd', { momentum: 0.9, decay: 0.01 }, 'eef06495'],
        ['adagrad', {}, '52b1f17d'],
        ['rmsprop', { rho: 0.99 }, '3663ef8a'],
        ['adam', { decay: 1e-3 }, '2964c54a'],
      ] as const)('as written down: %s %j', (kind, more, hash) => {
        const setup = setupFor(layers, 40, { optimizer: optimizer(kind, more), batch: 10 });
        const training = engine.createTraining(setup);
        training.trainEpochs(5);
        expect(hashOf(parametersOf(training, setup.parameters.length))).toBe(hash);
      });

      test.each([
        ['sigmoid', 'ef7b8561'],
        ['linear', 'da2252b0'],
      ] as const)('as written down: %s head', (activation, hash) => {
        const setup = setupFor([layer(6, 11, 'relu'), layer(11, 3, activation)], 30);
        const training = engine.createTraining(setup);
        training.trainEpochs(20);
        const outputs = new Float32Array(90);
        training.predict(training.trainingRows, outputs);
        expect(hashOf(outputs)).toBe(hash);
      });
    });

    describe('fixed runs end in the bits that are kept here', () => {
      const dropping = { dropout: 0.1, l2Weights: 5e-4, l2Biases: 5e-4 };
      test.each<[string, LayerDescription[], number, Partial<TrainingSetup>, string]>([
        [
          'a plane, three classes',
          [layer(2, 64, 'relu', dropping), layer(64, 3, 'softmax')],
          300,
          {},
          'caaf4f24',
        ],
        [
          'four classes',
          [layer(2, 20, 'relu', dropping), layer(20, 4, 'softmax')],
          131,
          { batch: 50 },
          '2657f4c7',
        ],
        [
          'one feature, one output',
          [layer(1, 9, 'relu'), layer(9, 1, 'sigmoid')],
          40,
          { batch: 7 },
          'bb2db64d',
        ],
        [
          'ten classes, three layers',
          [
            layer(64, 48, 'relu', { dropout: 0.3, ...penalties }),
            layer(48, 17, 'relu'),
            layer(17, 10, 'softmax'),
          ],
          200,
          { batch: 128, optimizer: optimizer('rmsprop', { learningRate: 0.003 }) },
          '6bae6b54',
        ],
        [
          'wide rows',
          [layer(301, 30, 'relu', penalties), layer(30, 2, 'linear')],
          150,
          { batch: 64 },
          '4be3a92e',
        ],
        ['no hidden layer', [layer(7, 3, 'softmax', penalties)], 129, { batch: 10 }, '8575b822'],
      ])('%s', (_name, layers, rows, more, hash) => {
        const training = engine.createTraining(setupFor(layers, rows, more));
        expect(training.trainEpochs(40).status).toBe('completed');
        expect(hashOf(Float32Array.from(training.saveState()))).toBe(hash);
      });
    });

    test('parameters and features can be written anew', () => {
      const setup = setupFor([layer(2, 3, 'softmax')], 6);
      const training = engine.createTraining(setup);
      const start = parametersOf(training, 9);
      const first = training.trainEpochs(1).lastStep.dataLoss;
      training.writeParameters(start);
      expect(parametersOf(training, 9)).toEqual(start);
      expect(training.trainEpochs(1).lastStep.dataLoss).toBe(first);
      training.writeParameters(start);
      training.writeFeatures(new Float32Array(12));
      expect(training.trainEpochs(1).lastStep.dataLoss).not.toBe(first);
      expect(training.steps).toBe(3);
    });

    describe('a saved state', () => {
      const layers = [layer(5, 13, 'relu', { dropout: 0.2, ...penalties }), layer(13, 4, 'softmax')];

      test.each([
        ['sgd', {}],
        ['sgd', { momentum: 0.9 }],
        ['adagrad', {}],
        ['rmsprop', {}],
        ['adam', {}],
      ] as const)('goes on with the same bits: %s %j', (kind, more) => {
        const setup = setupFor(layers, 37, {
          batch: 10,
          optimizer: optimizer(kind, { decay: 0.01, ...more }),
        });
        const whole = engine.createTraining(setup);
        whole.trainEpochs(5);
        const begun = engine.createTraining(setup);
        begun.trainEpochs(2);
        const state = begun.saveState();
        begun.trainEpochs(1);
        expect(begun.saveState()).not.toEqual(state);
        const other = engine.createTraining({
          ...setup,
          parameters: new Float32Array(setup.parameters.length),
        });
        for (const training of [begun, other]) {
          training.restoreState(state);
          expect(training).toMatchObject({ steps: 8, epochs: 2 });
          expect(training.saveState()).toEqual(state);
          training.trainEpochs(3);
          expect(training.saveState()).toEqual(whole.saveState());
        }
      });

      test('is the same bytes from every engine', () => {
        const training = engine.createTraining(setupFor(layers, 37, { batch: 10 }));
        training.trainEpochs(3);
        const state = training.saveState();
        expect(state).toHaveLength(32 + 4 * 3 + 3 * 4 * (6 * 13 + 14 * 4));
        expect(hashOf(Float32Array.from(state))).toBe('88c9fa32');
      });

      test('that does not fit is an error', () => {
        const training = engine.createTraining(setupFor(layers, 6));
        const state = training.saveState();
        expect(() => training.restoreState(state.subarray(0, 10))).toThrow('does not begin');
        expect(() => training.restoreState(state.subarray(0, state.length - 1))).toThrow('bytes long');
        const narrow = [layer(5, 12, 'relu'), layer(12, 4, 'softmax')];
        expect(() => engine.createTraining(setupFor(narrow, 6)).restoreState(state)).toThrow(
          'has 13 units in layer 0, not 12',
        );
        const sgd = engine.createTraining(setupFor(layers, 6, { optimizer: optimizer('sgd') }));
        expect(() => sgd.restoreState(state)).toThrow('another optimizer');
        const numerics = state.slice();
        numerics[6]!++;
        expect(() => training.restoreState(numerics)).toThrow('numerics version');
      });
    });

    describe('evaluation', () => {
      test('gives loss without loss weights, and accuracy, of any rows at any time', () => {
        for (const activation of ['softmax', 'sigmoid', 'linear'] as const) {
          const layers = [layer(3, 7, 'relu', { dropout: 0.5 }), layer(7, 3, activation)];
          const setup = setupFor(layers, 20);
          const weights = new Float32Array(setup.targets.length).fill(3);
          const training = engine.createTraining({ ...setup, lossWeights: weights });
          const other = setupFor(layers, 11);
          const set = training.createEvaluationSet(
            other.features.map((value) => value / 2),
            other.targets,
          );
          training.trainEpochs(2);
          for (const [held, { targets }] of [
            [set, other],
            [training.trainingRows, setup],
          ] as const) {
            const outputs = new Float32Array(held.rows * 3);
            training.predict(held, outputs);
            expect(training.evaluate(held)).toEqual(
              lossAndAccuracy({ activation, units: 3 }, targets, outputs),
            );
          }
        }
      });

      test('says where rows do not fit', () => {
        const training = engine.createTraining(setupFor([layer(2, 3, 'softmax')], 6));
        expect(() => training.createEvaluationSet(new Float32Array(3), new Int32Array(2))).toThrow(
          '2 rows of 2',
        );
      });
    });

    test('a training that diverges stops at that epoch', () => {
      const setup = setupFor([layer(3, 5, 'relu'), layer(5, 2, 'linear')], 12, {
        optimizer: optimizer('sgd', { learningRate: 1e30 }),
        batch: 5,
      });
      const training = engine.createTraining(setup);
      const result = training.trainEpochs(50);
      expect(result.status).toBe('diverged');
      expect(result.epochs).toBeLessThan(10);
      expect(training.epochs).toBe(result.epochs);
      expect(training.steps).toBe(3 * result.epochs);
    });

    test('a training is cancelled between two of its looks', () => {
      let asked = 0;
      const setup = setupFor([layer(3, 64, 'relu'), layer(64, 2, 'softmax')], 64, {
        isCancelled: () => ++asked > 2,
      });
      const result = engine.createTraining(setup).trainEpochs(1e9);
      expect(result.status).toBe('cancelled');
      expect(asked).toBe(3);
      const stopped = engine.createTraining({ ...setup, isCancelled: () => true });
      expect(() => stopped.evaluate(stopped.trainingRows)).toThrow('cancelled');
      expect(() => stopped.predict(stopped.trainingRows, new Float32Array(128))).toThrow('cancelled');
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
