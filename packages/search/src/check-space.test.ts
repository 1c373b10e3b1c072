import { spaceSchema } from '@holdfast/contracts/space';
import { describe, expect, test } from 'vitest';
import { checkSpace } from './check-space.ts';

const check = (space: unknown, strategy = 'random') => checkSpace(spaceSchema.parse(space), strategy);
const pointers = (space: unknown, strategy?: string) => check(space, strategy).map(({ pointer }) => pointer);

describe('checkSpace', () => {
  test.each([
    ['min above max', { learningRate: { min: 1, max: 0.1 } }, '/space/learningRate/min'],
    ['min equal to max', { decay: { min: 1, max: 1 } }, '/space/decay/min'],
    ['a log scale from 0', { l2: { min: 0, max: 1, scale: 'log' } }, '/space/l2/min'],
    ['a learning rate of 0', { learningRate: 0 }, '/space/learningRate'],
    ['a learning rate of 0 among choices', { learningRate: [0.1, 0] }, '/space/learningRate/1'],
    ['a beta of 1', { beta1: 1 }, '/space/beta1'],
    ['a beta range to 1', { beta2: [0.9, { min: 0.9, max: 1 }] }, '/space/beta2/1/max'],
    ['a dropout range to 1', { dropout: { min: 0, max: 1 } }, '/space/dropout/max'],
    ['a final learning rate above 1', { finalLearningRate: 2 }, '/space/finalLearningRate'],
    ['an epsilon of 0', { epsilon: 0 }, '/space/epsilon'],
    ['a negative penalty', { l1Weights: [-1, 0] }, '/space/l1Weights/0'],
    ['a fraction in an integer field', { epochs: { min: 1.5, max: 3 } }, '/space/epochs/min'],
    ['a fraction in an integer range', { noise: { min: 0, max: 2.5, integer: true } }, '/space/noise/max'],
    ['too many units', { units: { min: 1, max: 100_000 } }, '/space/units/max'],
    ['units beside hiddenLayers', { hiddenLayers: [[8]], units: 8 }, '/space/units'],
    ['layers beside hiddenLayers', { hiddenLayers: [[8]], layers: 2 }, '/space/layers'],
    ['layers without units', { layers: 2 }, '/space/layers'],
    ['decay and finalLearningRate', { decay: 0, finalLearningRate: 0.1 }, '/space/finalLearningRate'],
    ['l2 that two others replace', { l2: 0.1, l2Weights: 0.1, l2Biases: 0 }, '/space/l2'],
    ['a choice given twice', { hiddenLayers: [[8], [16], [8]] }, '/space/hiddenLayers/2'],
    ['a number given twice', { l2: [0, 0.1, 0] }, '/space/l2/2'],
    [
      'shares for another depth',
      { hiddenLayers: [[8], [8, 4]], dropout: { perLayer: [0.1] } },
      '/space/dropout/perLayer',
    ],
    ['shares for the default depth', { dropout: [0, { perLayer: [0.1, 0.2] }] }, '/space/dropout/1/perLayer'],
    [
      'shares for some number of layers',
      { units: 8, layers: { min: 1, max: 2 }, dropout: { perLayer: [0.1, 0.2] } },
      '/space/dropout/perLayer',
    ],
    ['an error in a union', [{}, { beta1: 1 }], '/space/1/beta1'],
  ])('reports %s', (_, space, pointer) => {
    expect(pointers(space)).toEqual([pointer]);
  });

  test.each<[string, object]>([
    ['nothing', {}],
    ['a zero that defaults fill in', { l2: 0, l2Weights: 0.1, l2Biases: 0 }],
    ['one of the longer names', { l2: [0, 0.1], l2Weights: 0.1 }],
    ['shares for the depth there is', { hiddenLayers: [[], [8, 4]], dropout: { perLayer: [0.1, 0.2] } }],
    ['zero or a range', { l2: [0, { min: 1e-6, max: 1e-2, scale: 'log' }], batchSize: ['full', 8] }],
  ])('takes %s', (_, space) => {
    expect(check(space)).toEqual([]);
  });

  test('wants points of the ranges of a grid, and says what to do', () => {
    const space = { learningRate: { min: 0.1, max: 1 }, l2: [0, { min: 0.1, max: 1 }] };
    expect(pointers(space, 'grid')).toEqual(['/space/learningRate', '/space/l2/1']);
    expect(check(space, 'grid')[0]?.message).toMatch(/"points": 5.*random/);
    expect(pointers(space, 'random')).toEqual([]);
    expect(pointers({ learningRate: { min: 0.1, max: 1, points: 3 } }, 'grid')).toEqual([]);
  });

  test('refuses points that cannot be told apart, and too many', () => {
    expect(pointers({ decay: { min: 1, max: 1 + 1e-12, points: 3 } }, 'grid')).toEqual([
      '/space/decay/points',
    ]);
    const many = { min: 0.1, max: 0.9, points: 100_000 };
    const choices = Array.from({ length: 11 }, (_, n) => ({ ...many, max: 0.8 + n / 1000 }));
    expect(pointers({ l2: choices }, 'grid')).toEqual(['/space']);
  });

  test('says the limits', () => {
    expect(check({ dropout: { min: 0, max: 1 } })[0]?.message).toBe(
      'dropout must be at least 0 and below 1, not 1.',
    );
    expect(check({ units: { min: 0, max: 2 } })[0]?.message).toBe(
      'units must be a whole number at least 1 and at most 65536, not 0.',
    );
  });
});
