import { initialParameters } from '@holdfast/core/initializers/initial-parameters';
import type { Engine, Targets, TrainingSetup } from '@holdfast/core/kernels/engine';
import { referenceEngine } from '@holdfast/core/kernels/reference';
import { wasmEngine } from '@holdfast/core/kernels/wasm';
import type { LayerDescription } from '@holdfast/core/layers/layer-description';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { normal } from '@holdfast/numeric/normal';
import { createStream } from '@holdfast/numeric/stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeSameBits } from '../../core/src/kernels/same-bits.suite.ts';
import { testedKernels } from '../test/tested-kernels.ts';
import { nativeEngine } from './native-engine.ts';

const epochs = 50;

const penalty = fc.constantFrom(0, 0, 1e-3, 0.01);
const penalties = fc.record({
  l1Weights: penalty,
  l2Weights: penalty,
  l1Biases: penalty,
  l2Biases: penalty,
});
const rate = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 0.9, noNaN: true }));

/** Layers with all that they can have; sizes around the kernels' widths (4, 8, 12, 16) and beyond. */
const network = fc
  .record({
    inputs: fc.oneof(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 40 }),
      // More than the depth of a block of the products.
      fc.constantFrom(256, 257, 300),
    ),
    hidden: fc.array(fc.record({ units: fc.integer({ min: 1, max: 40 }), dropout: rate, penalties }), {
      maxLength: 3,
    }),
    outputs: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 20 })),
    head: fc.constantFrom('softmax', 'sigmoid', 'linear'),
    penalties,
  })
  .map(({ inputs, hidden, outputs, head, penalties }): LayerDescription[] => {
    const sizes = [inputs, ...hidden.map(({ units }) => units)];
    return [
      ...hidden.map(({ units, dropout, penalties }, l): LayerDescription => {
        return { inputs: sizes[l]!, units, activation: 'relu', dropout, ...penalties };
      }),
      { inputs: sizes.at(-1)!, units: outputs, activation: head, dropout: 0, ...penalties },
    ];
  });

const description = fc.record({
  layers: network,
  // A block has up to 128.
  rows: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constantFrom(127, 128, 129, 150, 260)),
  share: fc.oneof(fc.constant(1), fc.double({ min: 0.01, max: 1, noNaN: true })),
  kind: fc.constantFrom('sgd', 'adagrad', 'rmsprop', 'adam'),
  learningRate: fc.constantFrom(1e-3, 0.01, 0.1),
  decay: fc.constantFrom(0, 1e-3),
  momentum: fc.constantFrom(0, 0.9),
  weighted: fc.boolean(),
  number: fc.nat(),
});

type Description = typeof description extends fc.Arbitrary<infer D> ? D : never;

/** Data and parameters are drawn here, so that a counterexample is short. */
function setupOf(description: Description): TrainingSetup {
  const { layers, rows, share, kind, learningRate, decay, momentum, weighted, number } = description;
  const seed = deriveSeed(number, 'same bits');
  const stream = createStream(seed, 'noise');
  const { units, activation } = layers.at(-1)!;
  const count = activation === 'softmax' ? rows : rows * units;
  const word = (i: number): number => stream.word(1_000_000 + i);
  const targets: Targets =
    activation === 'softmax'
      ? Int32Array.from({ length: count }, (_, i) => word(i) % units)
      : activation === 'sigmoid'
        ? Uint8Array.from({ length: count }, (_, i) => word(i) & 1)
        : Float32Array.from({ length: count }, (_, i) => normal(stream, 1_000_000 + i));
  return {
    layers,
    optimizer: {
      kind,
      learningRate,
      decay,
      momentum,
      rho: 0.9,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-7,
    },
    parameters: initialParameters(layers, 'heNormal', seed),
    rows,
    // Some zeros, as one-hot columns have them.
    features: Float32Array.from({ length: rows * layers[0]!.inputs }, (_, i) =>
      word(i) % 5 === 0 ? 0 : normal(stream, i),
    ),
    targets,
    lossWeights: weighted ? Float32Array.from({ length: count }, (_, i) => 0.5 + (i % 3) / 2) : null,
    batch: Math.max(1, Math.round(share * rows)),
    seed,
    dropout: { kind: 'drawn', seed: deriveSeed(number, 'dropout') },
  };
}

/**
 * All that an engine tells of a training: state (parameters, moments, counters), figures and predictions. Of one that
 * diverged it is when: which of its numbers are infinite and which NaN is not laid down.
 */
function outcome(engine: Engine, setup: TrainingSetup, parts: number[]): unknown {
  const training = engine.createTraining(setup);
  const results = [];
  for (const count of parts) {
    const result = training.trainEpochs(count);
    if (result.status === 'diverged') return { diverged: [training.epochs, training.steps] };
    results.push(result);
  }
  const { units } = setup.layers.at(-1)!;
  const predictions = new Float32Array(setup.rows * units);
  training.predict(training.trainingRows, predictions);
  const half = Math.ceil(setup.rows / 2);
  const set = training.createEvaluationSet(
    setup.features.subarray(0, half * setup.layers[0]!.inputs),
    setup.targets.subarray(0, (half * setup.targets.length) / setup.rows),
  );
  const answer = {
    results,
    state: Buffer.from(training.saveState()).toString('base64'),
    evaluations: [training.evaluate(training.trainingRows), training.evaluate(set)],
    predictions: Buffer.from(predictions.buffer).toString('base64'),
  };
  training.close();
  return answer;
}

for (const [name, kernels] of testedKernels()) {
  describe(`${name} gives the bits of the other engines`, () => {
    describeSameBits(nativeEngine(kernels), referenceEngine, 150);
    describeSameBits(nativeEngine(kernels), wasmEngine, 300);

    test('at the widths that it changes its kernels at, cut into as many calls as can be', () => {
      fc.assert(
        fc.property(description, fc.integer({ min: 1, max: epochs - 1 }), (described, first) => {
          const given = setupOf(described);
          // Cut into as many calls of the kernels as there are blocks.
          const engine = nativeEngine(kernels, 1000);
          expect(outcome(engine, given, [first, epochs - first])).toEqual(
            outcome(referenceEngine, given, [first, epochs - first]),
          );
        }),
        { numRuns: 300, seed: 3, endOnFailure: false },
      );
    });
  });
}
