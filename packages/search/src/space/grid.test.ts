import { canonicalJson } from '@holdfast/contracts/canonical-json';
import { hyperparametersSchema } from '@holdfast/contracts/hyperparameters';
import { type Space, spaceSchema } from '@holdfast/contracts/space';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gridSpaces } from './arbitrary-spaces.suite.ts';
import { containsTrial } from './contains-trial.ts';
import { countGrid } from './count-grid.ts';
import { expandGrid } from './expand-grid.ts';
import { fillDefaults } from './fill-defaults.ts';

const filled = (space: unknown): Space => fillDefaults(spaceSchema.parse(space));
const expand = (space: unknown) => [...expandGrid(filled(space))];

describe('a grid', () => {
  test('of one space is counted as it is expanded: distinct, valid, inside the space', () => {
    fc.assert(
      fc.property(gridSpaces, (sent) => {
        const space = filled(sent);
        const subspaces = Array.isArray(space) ? space : [space];
        const trials = [...expandGrid(space)];
        const sizes = subspaces.map((subspace) => [...expandGrid(subspace)].length);
        expect(subspaces.map((subspace) => countGrid(subspace))).toEqual(sizes.map(BigInt));
        expect(new Set(trials.map(canonicalJson)).size).toBe(trials.length);
        for (const trial of trials) {
          expect(hyperparametersSchema.parse(trial)).toEqual(trial);
          expect(subspaces.some((subspace) => containsTrial(subspace, trial))).toBe(true);
        }
      }),
      { numRuns: 25 },
    );
  });

  test('of a union makes a point that two spaces share once', () => {
    const space = filled([
      { learningRate: 0.01, hiddenLayers: [[8]], l2: [0, 0.001] },
      { learningRate: 0.01, hiddenLayers: [[8]], dropout: [0, 0.1] },
    ]);
    expect(countGrid(space)).toBe(4n);
    const points = [...expandGrid(space)].map(({ l2, dropout }) => [l2, dropout]);
    expect(points).toEqual([
      [0, 0],
      [0.001, 0],
      [0, 0.1],
    ]);
  });

  test('goes through nested loops, the last name in canonical order fastest', () => {
    const trials = expand({ epochs: [1, 2], hiddenLayers: [[4], [8]], learningRate: 0.1 });
    expect(trials.map(({ hiddenLayers, epochs }) => [hiddenLayers[0], epochs])).toEqual([
      [4, 1],
      [4, 2],
      [8, 1],
      [8, 2],
    ]);
  });

  test('has points of a hyperparameter for the optimizers that use it alone', () => {
    const trials = expand({
      optimizer: ['sgd', 'adam'],
      momentum: [0, 0.5, 0.9],
      beta1: [0.8, 0.9],
      learningRate: 0.1,
      hiddenLayers: [[8]],
    });
    expect(trials.map(({ optimizer, momentum, beta1 }) => [optimizer, momentum, beta1])).toEqual([
      ['sgd', 0, undefined],
      ['sgd', 0.5, undefined],
      ['sgd', 0.9, undefined],
      ['adam', undefined, 0.8],
      ['adam', undefined, 0.9],
    ]);
    expect(trials.every((trial) => trial.optimizer === 'adam' || !('epsilon' in trial))).toBe(true);
  });

  test('has no points of dropout and penalties without hidden layers', () => {
    const trials = expand({
      hiddenLayers: [[], [8]],
      learningRate: 0.1,
      dropout: [0.1, 0.2],
      l2: [0.001, 0.01],
    });
    const points = trials.map(({ hiddenLayers, dropout, l2 }) => [hiddenLayers.length, l2, dropout]);
    expect(points).toEqual([
      [0, 0, 0],
      [1, 0.001, 0.1],
      [1, 0.001, 0.2],
      [1, 0.01, 0.1],
      [1, 0.01, 0.2],
    ]);
    const output = expand({
      hiddenLayers: [[]],
      regularizeOutput: true,
      learningRate: 0.1,
      l2: [0.001, 0.01],
    });
    expect(output.map(({ l2 }) => l2)).toEqual([0.001, 0.01]);
  });

  test('makes networks of units and layers, the empty one once', () => {
    const trials = expand({
      units: { min: 4, max: 16, scale: 'log', points: 3 },
      layers: [0, 2],
      learningRate: 0.1,
    });
    expect(trials.map(({ hiddenLayers }) => hiddenLayers)).toEqual([[], [4, 4], [8, 8], [16, 16]]);
    expect(expand({ units: 5, learningRate: 0.1 })[0]?.hiddenLayers).toEqual([5]);
  });

  test('of 10^12 points, and of far more, is counted without being made', () => {
    const points = { min: 0.001, max: 0.1, points: 1000 };
    expect(
      countGrid(filled({ hiddenLayers: [[8]], learningRate: points, decay: points, l1: points, l2: points })),
    ).toBe(1_000_000_000_000n);
    const many = { min: 0.001, max: 0.1, points: 100_000 };
    const space = { hiddenLayers: [[8]], learningRate: many, decay: many, l1: many, l2: many, noise: many };
    expect(countGrid(filled(space))).toBe(BigInt('1'.padEnd(26, '0')));
  });

  test('is expanded lazily', () => {
    const many = { min: 0.001, max: 0.1, points: 100 };
    const points = expandGrid(
      filled({ hiddenLayers: [[8]], learningRate: many, decay: many, l1: many, l2: many }),
    );
    expect(points.next().value?.l2).toBe(0.001);
    expect(points.next().value?.l2).toBe(0.002);
  });

  test('refuses a range without points', () => {
    expect(() => expand({ learningRate: { min: 0.1, max: 1 } })).toThrow(/without points/);
  });
});
