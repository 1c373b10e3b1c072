import { spaceSchema } from '@holdfast/contracts/space';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gridSpaces } from './arbitrary-spaces.suite.ts';
import { fillDefaults } from './fill-defaults.ts';

const fill = (space: unknown) => fillDefaults(spaceSchema.parse(space));

describe('fillDefaults', () => {
  test('fills all of an absent space', () => {
    expect(fillDefaults(undefined)).toEqual({
      optimizer: 'adam',
      learningRate: { min: 0.001, max: 0.1, scale: 'log', points: 10 },
      hiddenLayers: [[32], [64], [128]],
      activation: 'relu',
      decay: 0,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-7,
      l1: 0,
      l2: 0,
      regularizeOutput: false,
      dropout: 0,
      scaler: 'minMax',
      initializer: 'heNormal',
      noise: 0,
      classWeights: 'none',
      batchSize: 32,
      epochs: 100,
    });
  });

  test('gives sgd and adagrad a larger learning rate', () => {
    expect(fill({ optimizer: 'sgd' })).toMatchObject({ learningRate: { min: 0.01, max: 1 }, momentum: 0 });
    expect(fill({ optimizer: ['sgd', 'adagrad'] })).toMatchObject({ learningRate: { min: 0.01, max: 1 } });
    expect(fill({ optimizer: ['rmsprop', 'adam'] })).toMatchObject({ learningRate: { max: 0.1 }, rho: 0.9 });
  });

  test('makes a union of optimizers whose learning rates differ, unless one is given', () => {
    expect(fill({ optimizer: ['adam', 'sgd'] })).toMatchObject([
      { optimizer: 'adam', learningRate: { max: 0.1 } },
      { optimizer: 'sgd', learningRate: { max: 1 } },
    ]);
    expect(fill({ optimizer: ['adam', 'sgd'], learningRate: 0.1 })).toMatchObject({ learningRate: 0.1 });
  });

  test('leaves out what something given replaces', () => {
    expect(fill({ finalLearningRate: 0.1 })).not.toHaveProperty('decay');
    expect(fill({ units: 8 })).toMatchObject({ units: 8, layers: 1 });
    expect(fill({ units: 8 })).not.toHaveProperty('hiddenLayers');
  });

  test('changes nothing the second time, and nothing that is given', () => {
    fc.assert(
      fc.property(gridSpaces, (sent) => {
        const once = fill(sent);
        expect(fillDefaults(once)).toEqual(once);
        if (!Array.isArray(sent)) {
          const { optimizer: _, ...given } = sent;
          for (const subspace of Array.isArray(once) ? once : [once]) expect(subspace).toMatchObject(given);
        }
      }),
    );
  });
});
