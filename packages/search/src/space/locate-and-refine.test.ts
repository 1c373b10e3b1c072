import { spaceSchema } from '@holdfast/contracts/space';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkSpace } from '../check-space.ts';
import { createRandomSampler } from '../samplers/random.ts';
import { containsTrial } from './contains-trial.ts';
import { subspaceDimensions } from './dimensions.ts';
import { fillDefaults } from './fill-defaults.ts';
import { locateTrial } from './locate-trial.ts';
import { refineSpace } from './refine-space.ts';
import { sampleTrial } from './sample.ts';

const space = fillDefaults(
  spaceSchema.parse([
    {
      units: { min: 4, max: 64, scale: 'log' },
      layers: { min: 0, max: 3 },
      learningRate: { min: 0.001, max: 0.1, scale: 'log' },
      l2: [0, { min: 1e-6, max: 1e-2, scale: 'log' }],
      dropout: [0, { min: 0.1, max: 0.9 }],
      scaler: ['none', { kind: 'fixed', center: 1, scale: 2 }],
      batchSize: [{ min: 8, max: 64 }, 'full'],
      epochs: 5,
    },
    { optimizer: 'sgd', momentum: [0, { min: 0.5, max: 0.99 }], hiddenLayers: [[], [8], [8, 4]], epochs: 5 },
  ]),
);
const spaces = Array.isArray(space) ? space : [space];
const seeds = fc.nat(1_000_000);

describe('locateTrial', () => {
  test('finds the draws that make the same trial', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const trial = createRandomSampler(space, seed, 1).propose(0);
        const dimensions = spaces
          .map(subspaceDimensions)
          .find((candidate) => locateTrial(candidate, trial) !== null)!;
        const places = locateTrial(dimensions, trial)!;
        const again = sampleTrial(dimensions, (name, what) => {
          const { choice, unit } = places.get(name)!;
          const { alternatives } = dimensions.find((dimension) => dimension.name === name)!;
          return what === 'choice' ? (choice + 0.5) / alternatives.length : unit!;
        });
        expect(again).toEqual(trial);
      }),
    );
  });

  test('knows a trial from outside', () => {
    const trial = createRandomSampler(space, 0, 1).propose(0);
    const outside = { ...trial, learningRate: 55 };
    expect(spaces.map((subspace) => locateTrial(subspaceDimensions(subspace), outside))).toEqual([
      null,
      null,
    ]);
  });
});

describe('refineSpace', () => {
  test('holds the trial, is sound, and is narrower on every range that it keeps', () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(0.1, 0.5, 1), (seed, factor) => {
        const trial = createRandomSampler(space, seed, 1).propose(0);
        const refined = refineSpace(space, [trial], { factor, points: 3 });
        expect(checkSpace(spaceSchema.parse(refined), 'grid')).toEqual([]);
        const filled = fillDefaults(refined);
        expect(containsTrial(Array.isArray(filled) ? filled[0]! : filled, trial)).toBe(true);
      }),
    );
  });

  test('centres on the value and may go beyond an edge, within what the hyperparameter can be', () => {
    const sent = {
      hiddenLayers: [[8]],
      learningRate: { min: 0.01, max: 0.1 },
      dropout: { min: 0, max: 0.8 },
    };
    const simple = fillDefaults(spaceSchema.parse(sent));
    const trial = { ...createRandomSampler(simple, 0, 1).propose(0), learningRate: 0.1, dropout: 0 };
    const refined = refineSpace(simple, [trial, trial], { factor: 0.5, points: 5 });
    expect(refined).toMatchObject({
      learningRate: { min: 0.0775, max: 0.1225, points: 5 },
      dropout: { min: 0, max: 0.2, points: 5 },
      hiddenLayers: [[8]],
      epochs: 100,
    });
  });

  test('of trials in different places is a union', () => {
    const trials = [0, 1, 2].map((n) => createRandomSampler(space, 5, 3).propose(n));
    expect(refineSpace(space, trials, { factor: 0.5, points: 3 })).toHaveLength(3);
  });
});
