import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { spaceSchema } from '@holdfast/contracts/space';
import { describe, expect, test } from 'vitest';
import { fillDefaults } from '../space/fill-defaults.ts';
import { createGridSampler } from './grid.ts';
import { createListSampler } from './list.ts';
import { createRandomSampler } from './random.ts';
import { samplerSuite } from './sampler.suite.ts';
import { createSobolSampler } from './sobol.ts';
import { createTpeSampler } from './tpe.ts';

const filled = (space: unknown) => fillDefaults(spaceSchema.parse(space));

const everything = filled([
  {
    units: { min: 4, max: 64, scale: 'log' },
    layers: { min: 0, max: 3 },
    optimizer: ['adam', 'rmsprop'],
    learningRate: { min: 0.001, max: 0.1, scale: 'log' },
    beta1: { min: 0.8, max: 0.95 },
    l2: [0, { min: 1e-6, max: 1e-2, scale: 'log' }],
    dropout: [0, { min: 0.1, max: 0.5 }],
    scaler: ['none', { kind: 'fixed', center: 1, scale: 2 }],
    batchSize: [{ min: 8, max: 64 }, 'full'],
    epochs: { min: 10, max: 1000, scale: 'log' },
  },
  { optimizer: 'sgd', momentum: [0, { min: 0.5, max: 0.99 }], hiddenLayers: [[], [8], [8, 4]] },
]);
const grid = filled({ learningRate: { min: 0.01, max: 0.1, points: 3 }, optimizer: ['sgd', 'adam'] });
const list = [...[0, 1, 2, 3].map((n) => createGridSampler(grid).propose(n))];

samplerSuite('random', everything, () => createRandomSampler(everything, 7, 200));
samplerSuite('sobol', everything, () => createSobolSampler(everything, 7, 200));
samplerSuite('tpe', everything, () =>
  createTpeSampler(everything, 7, { trials: 60, lag: 3, startupTrials: 8 }),
);
const earlier = [...Array(20).keys()].map((n) => ({
  params: createRandomSampler(everything, 3, 20).propose(n),
  value: -n,
}));
samplerSuite('tpe with a warm start', everything, () =>
  createTpeSampler(everything, 7, { trials: 40, lag: 3, startupTrials: 8, prior: earlier }),
);
samplerSuite('grid', grid, () => createGridSampler(grid));
samplerSuite('list', grid, () => createListSampler(list));

const draws = (space: unknown, seed: number, trials: number): Hyperparameters[] => {
  const sampler = createRandomSampler(filled(space), seed, trials);
  return Array.from({ length: trials }, (_, n) => sampler.propose(n));
};

describe('the grid sampler', () => {
  test('makes no more than it is asked for', () => {
    expect(createGridSampler(grid, 2).trials).toBe(2);
  });
});

describe('the random sampler', () => {
  test('has draws that are part of every search, hence fixed', () => {
    const [first, second] = draws(
      { learningRate: { min: 0.001, max: 0.1, scale: 'log' }, hiddenLayers: [[1], [2]] },
      0,
      2,
    );
    expect([first?.learningRate, first?.hiddenLayers]).toMatchInlineSnapshot(`
      [
        0.0450222395033,
        [
          2,
        ],
      ]
    `);
    expect([second?.learningRate, second?.hiddenLayers]).toMatchInlineSnapshot(`
      [
        0.0216398209593,
        [
          1,
        ],
      ]
    `);
  });

  test('draws other trials for another seed, and the same ones when more are asked for', () => {
    const space = { learningRate: { min: 0.001, max: 0.1 } };
    expect(draws(space, 1, 5)).not.toEqual(draws(space, 2, 5));
    expect(draws(space, 1, 50).slice(0, 5)).toEqual(draws(space, 1, 5));
  });

  test('does not change a dimension when another joins', () => {
    const one = draws({ learningRate: { min: 0.001, max: 0.1 } }, 3, 20);
    const two = draws(
      { learningRate: { min: 0.001, max: 0.1 }, decay: { min: 0, max: 1 }, batchSize: [8, 16] },
      3,
      20,
    );
    expect(two.map(({ learningRate }) => learningRate)).toEqual(one.map(({ learningRate }) => learningRate));
    expect(new Set(two.map(({ decay }) => decay)).size).toBe(20);
  });

  test('draws dimensions apart from each other', () => {
    const trials = draws({ l1: { min: 0, max: 1 }, l2: { min: 0, max: 1 } }, 0, 20);
    expect(trials.some(({ l1, l2 }) => l1 !== l2)).toBe(true);
  });

  test('draws the spaces of a union, choices and integers evenly', () => {
    const trials = draws(
      [
        { learningRate: 0.1, batchSize: { min: 1, max: 4 } },
        { learningRate: 0.2, batchSize: [1, 2, 3, 4] },
      ],
      0,
      4000,
    );
    const shares = new Map<string, number>();
    for (const { learningRate, batchSize } of trials) {
      const key = `${learningRate} ${batchSize}`;
      shares.set(key, (shares.get(key) ?? 0) + 1 / trials.length);
    }
    expect(shares.size).toBe(8);
    // Eight equal shares; 0.125 ± 5 standard deviations.
    for (const share of shares.values()) expect(Math.abs(share - 0.125)).toBeLessThan(0.027);
  });

  test('spreads over the scale of the range', () => {
    const log = draws({ learningRate: { min: 0.0001, max: 1, scale: 'log' } }, 0, 2000);
    const below = log.filter(({ learningRate }) => learningRate < 0.01).length / 2000;
    expect(Math.abs(below - 0.5)).toBeLessThan(0.06);
    const linear = draws({ learningRate: { min: 0.0001, max: 1 } }, 0, 2000);
    expect(linear.filter(({ learningRate }) => learningRate < 0.01).length).toBeLessThan(60);
  });

  test('gives the ends of an integer range on a log scale their share', () => {
    const trials = draws({ units: { min: 1, max: 100, scale: 'log' } }, 0, 4000);
    const share = (units: number) =>
      trials.filter(({ hiddenLayers }) => hiddenLayers[0] === units).length / 4000;
    // ln(1.5 / 0.5) / ln(100.5 / 0.5) of the draws are 1, ln(2.5 / 1.5) / … are 2.
    expect(Math.abs(share(1) - 0.2072)).toBeLessThan(0.035);
    expect(Math.abs(share(2) - 0.0963)).toBeLessThan(0.025);
    expect(trials.every(({ hiddenLayers }) => hiddenLayers[0]! >= 1 && hiddenLayers[0]! <= 100)).toBe(true);
  });
});
