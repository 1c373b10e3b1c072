import { spaceSchema } from '@holdfast/contracts/space';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { describe, expect, test } from 'vitest';
import { dimensionOrder } from '../space/dimensions.ts';
import { fillDefaults } from '../space/fill-defaults.ts';
import { createSobolSampler, sobolCoordinate, sobolDimensions } from './sobol.ts';

const coordinates = (count: number, seed = 0) =>
  Array.from({ length: count }, (_, index) => sobolCoordinate(index, deriveSeed(seed, index)));

describe('a scrambled Sobol coordinate', () => {
  test('has one point in each of 2^m intervals, for every coordinate, block and seed', () => {
    for (const seed of [0, 1]) {
      for (const coordinate of coordinates(sobolDimensions, seed)) {
        for (const start of [0, 64, 192]) {
          const cells = Array.from({ length: 64 }, (_, n) => Math.floor(coordinate(start + n) * 64));
          expect(new Set(cells).size).toBe(64);
        }
      }
    }
  });

  test('makes a net of two: one point in each box of area 1/64 for the first pair', () => {
    const [x, y] = coordinates(2) as [(n: number) => number, (n: number) => number];
    for (const columns of [1, 2, 4, 8, 16, 32, 64]) {
      const rows = 64 / columns;
      const boxes = Array.from({ length: 64 }, (_, n) => {
        return Math.floor(x(n) * columns) * rows + Math.floor(y(n) * rows);
      });
      expect(new Set(boxes).size).toBe(64);
    }
  });

  test('integrates a product far better than independent draws would', () => {
    const five = coordinates(5, 3);
    let sum = 0;
    for (let n = 0; n < 1024; n++) {
      sum += five.reduce((product, coordinate) => product * (1 + 0.5 * (coordinate(n) - 0.5)), 1);
    }
    // The integral is 1; independent draws have a standard error of 0.01.
    expect(Math.abs(sum / 1024 - 1)).toBeLessThan(0.0005);
  });
});

describe('the sobol sampler', () => {
  test('has coordinates enough for all that a space can vary', () => {
    expect(sobolDimensions).toBeGreaterThanOrEqual(2 * dimensionOrder.length + 1);
  });

  test('draws other trials for another seed, and the same ones when more are asked for', () => {
    const space = fillDefaults(spaceSchema.parse({ learningRate: { min: 0.001, max: 0.1 } }));
    const draws = (seed: number, trials: number) => {
      const sampler = createSobolSampler(space, seed, trials);
      return Array.from({ length: trials }, (_, n) => sampler.propose(n));
    };
    expect(draws(1, 5)).not.toEqual(draws(2, 5));
    expect(draws(1, 50).slice(0, 5)).toEqual(draws(1, 5));
  });

  test('gives each space of a union and each choice its exact share', () => {
    const space = fillDefaults(
      spaceSchema.parse([
        { optimizer: 'sgd', momentum: [0, { min: 0.5, max: 0.99 }], hiddenLayers: [[8], [16]] },
        { optimizer: 'adam', hiddenLayers: [[8], [16]] },
      ]),
    );
    const sampler = createSobolSampler(space, 0, 64);
    const trials = Array.from({ length: 64 }, (_, n) => sampler.propose(n));
    const sgd = trials.filter(({ optimizer }) => optimizer === 'sgd');
    expect(sgd).toHaveLength(32);
    expect(sgd.every(({ momentum }) => momentum !== undefined)).toBe(true);
    expect(trials.every(({ optimizer, momentum }) => optimizer === 'sgd' || momentum === undefined)).toBe(
      true,
    );
    expect(sgd.filter(({ momentum }) => momentum === 0)).toHaveLength(16);
  });
});
