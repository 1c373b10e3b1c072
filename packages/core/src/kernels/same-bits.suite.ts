import { normal } from '@holdfast/numeric/normal';
import { createStream } from '@holdfast/numeric/stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { initialParameters } from '../initializers/initial-parameters.ts';
import type { HeadActivation, LayerDescription } from '../layers/layer-description.ts';
import { optimizerDefaults } from '../optimizers/optimizer-description.ts';
import type { Engine, EngineTraining, Targets, TrainingSetup } from './engine.ts';

/** Mostly what it is, now and then 0. */
const orZero = (positive: fc.Arbitrary<number>): fc.Arbitrary<number> =>
  fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: positive });
const size = (max: number): fc.Arbitrary<number> => fc.double({ min: max / 1000, max, noNaN: true });

const width = fc.integer({ min: 1, max: 30 });
/** One or two features, one hidden layer and a head of few units have kernels of their own. */
const thin = fc.tuple(fc.integer({ min: 1, max: 2 }), width, fc.integer({ min: 1, max: 5 }));
/** So do groups of 32 units or inputs; with and without a rest. */
const wide = fc.tuple(
  fc.integer({ min: 28, max: 70 }),
  fc.integer({ min: 28, max: 70 }),
  fc.integer({ min: 30, max: 36 }),
  fc.integer({ min: 1, max: 12 }),
);

const layers = fc
  .record({
    sizes: fc.oneof(
      { weight: 8, arbitrary: fc.array(width, { minLength: 2, maxLength: 5 }) },
      { weight: 2, arbitrary: thin },
      { weight: 1, arbitrary: wide },
    ),
    head: fc.constantFrom<HeadActivation[]>('softmax', 'sigmoid', 'linear'),
    each: fc.array(
      fc.record({
        dropout: orZero(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
        l1Weights: orZero(size(0.05)),
        l2Weights: orZero(size(0.05)),
        l1Biases: orZero(size(0.05)),
        l2Biases: orZero(size(0.05)),
      }),
      { minLength: 4, maxLength: 4 },
    ),
  })
  .map(({ sizes, head, each }) =>
    sizes.slice(1).map((units, l): LayerDescription => {
      const last = l === sizes.length - 2;
      const drawn = each[l]!;
      const activation = last ? head : 'relu';
      return { inputs: sizes[l]!, units, activation, ...drawn, dropout: last ? 0 : drawn.dropout };
    }),
  );

const setups = fc
  .record({
    layers,
    rows: fc.oneof(
      { weight: 7, arbitrary: fc.integer({ min: 1, max: 40 }) },
      // More than one block of rows.
      { weight: 1, arbitrary: fc.integer({ min: 120, max: 280 }) },
    ),
    batchShare: fc.double({ min: 0, max: 1, noNaN: true }),
    seed: fc
      .bigInt({ min: 0n, max: 0xffffffffffffffffn })
      .map((value) => value.toString(16).padStart(16, '0')),
    weighted: fc.boolean(),
    zeros: fc.boolean(),
    initializer: fc.constantFrom('heNormal', 'glorotUniform', 'scaledNormal'),
    optimizer: fc.record({
      kind: fc.constantFrom('sgd', 'adagrad', 'rmsprop', 'adam'),
      learningRate: fc.constantFrom(1e-4, 1e-3, 0.01, 0.05, 0.3, 1, 1e6),
      decay: orZero(size(0.1)),
      momentum: orZero(fc.constantFrom(0.5, 0.9)),
      beta2: fc.constantFrom(0.9, 0.999),
    }),
  })
  .map((drawn): TrainingSetup => {
    const { rows, seed } = drawn;
    const { inputs } = drawn.layers[0]!;
    const { units, activation } = drawn.layers.at(-1)!;
    const stream = createStream(seed, 'noise', 1);
    const draw = (i: number): number => normal(stream, i);
    const count = activation === 'softmax' ? rows : rows * units;
    const targets: Targets =
      activation === 'softmax'
        ? Int32Array.from({ length: rows }, (_, i) => stream.word(1000 + i) % units)
        : activation === 'sigmoid'
          ? Uint8Array.from({ length: count }, (_, i) => stream.word(1000 + i) % 2)
          : Float32Array.from({ length: count }, (_, i) => draw(50_000 + i));
    return {
      layers: drawn.layers,
      optimizer: { ...optimizerDefaults, ...drawn.optimizer },
      parameters: initialParameters(drawn.layers, drawn.initializer, seed),
      rows,
      features: Float32Array.from({ length: rows * inputs }, (_, i) =>
        drawn.zeros && i % 3 === 0 ? 0 : draw(i),
      ),
      targets,
      lossWeights: drawn.weighted ? Float32Array.from({ length: count }, (_, i) => 0.5 + (i % 3)) : null,
      batch: Math.max(1, Math.round(drawn.batchShare * rows)),
      seed,
      dropout: { kind: 'drawn', seed },
    };
  });

/** All that a training tells, with the parameters and moments as bytes. */
function run(engine: Engine, setup: TrainingSetup, epochs: number, first: number): unknown {
  const training: EngineTraining = engine.createTraining(setup);
  const begun = training.trainEpochs(first);
  const result = begun.status === 'completed' ? training.trainEpochs(epochs - first) : begun;
  const told = { lastStep: result.lastStep, steps: training.steps, epochs: training.epochs };
  if (result.status === 'diverged') {
    // Of such a training nothing is kept but at which epoch it was.
    training.close();
    return { status: result.status, epochs: told.epochs, steps: told.steps };
  }
  const outputs = new Float32Array(setup.rows * setup.layers.at(-1)!.units);
  training.predict(training.trainingRows, outputs);
  const evaluation = training.evaluate(training.trainingRows);
  const state = training.saveState();
  training.close();
  return { ...told, evaluation, outputs: bytesOf(outputs), state: bytesOf(state) };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');

/** Random networks on random data, with everything switched on, end in the same bits as the other engine's. */
export function describeSameBits(engine: Engine, other: Engine, runs: number): void {
  const onASlowMachine = { timeout: 600_000 };

  test(
    `${engine.name} and ${other.name} agree bit for bit after 50 epochs, ${runs} networks`,
    onASlowMachine,
    () => {
      fc.assert(
        fc.property(setups, fc.integer({ min: 1, max: 49 }), (setup, first) => {
          expect(run(engine, setup, 50, first)).toEqual(run(other, setup, 50, 49));
        }),
        { numRuns: runs, seed: 20_260_101 },
      );
    },
  );

  test(
    `${engine.name} goes on from a state of ${other.name}, and the other way round`,
    onASlowMachine,
    () => {
      fc.assert(
        fc.property(setups, (setup) => {
          const [whole, begun] = [engine.createTraining(setup), other.createTraining(setup)];
          if (whole.trainEpochs(6).status === 'completed') {
            begun.trainEpochs(2);
            const next = engine.createTraining(setup);
            next.restoreState(begun.saveState());
            next.trainEpochs(2);
            begun.restoreState(next.saveState());
            begun.trainEpochs(2);
            expect(bytesOf(begun.saveState())).toBe(bytesOf(whole.saveState()));
            next.close();
          }
          whole.close();
          begun.close();
        }),
        { numRuns: Math.ceil(runs / 10), seed: 20_260_102 },
      );
    },
  );
}
