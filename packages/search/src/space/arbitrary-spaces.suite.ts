import fc from 'fast-check';

const step = <T>(...values: T[]) => fc.subarray(values, { minLength: 1 });

const points = fc.integer({ min: 2, max: 4 });
const logRange = fc.record({
  min: fc.constantFrom(1e-6, 1e-4),
  max: fc.constantFrom(1e-3, 0.5),
  scale: fc.constantFrom('log', 'linear'),
  points,
});

/** Spaces as a client sends them that a grid can expand, with up to some hundreds of points; unions too. */
const gridSubspaces = fc
  .record(
    {
      network: fc.oneof(
        fc.record({ hiddenLayers: step([], [4], [8], [8, 4]) }),
        fc.record({
          units: fc.oneof(step(2, 4), fc.constant({ min: 1, max: 3, points: 5 })),
          layers: step(0, 1, 2),
        }),
      ),
      optimizer: step('sgd', 'adagrad', 'rmsprop', 'adam'),
      learningRate: fc.oneof(fc.constant(0.1), step(0.1, 0.01), logRange),
      momentum: step(0, 0.5, 0.9),
      rho: step(0.8, 0.9),
      epsilon: step(1e-7, 1e-8),
      l2: fc.oneof(
        step(0, 0.1),
        logRange.map((range) => [0, range]),
      ),
      l1Weights: step(0, 0.01),
      regularizeOutput: step(false, true),
      dropout: step(0, 0.1),
      batchSize: fc.oneof(step<number | string>(16, 'full'), fc.constant([2, { min: 1, max: 3, points: 7 }])),
    },
    { requiredKeys: ['learningRate', 'network'] },
  )
  .map(({ network, ...others }) => ({ ...network, ...others }));

export const gridSpaces = fc.oneof(gridSubspaces, fc.array(gridSubspaces, { minLength: 1, maxLength: 2 }));
