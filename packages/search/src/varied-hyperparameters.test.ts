import { searchSpecSchema } from '@holdfast/contracts/search-spec';
import { expect, test } from 'vitest';
import { planTrials } from './plan-trials.ts';
import { resolveSpec } from './resolve-spec.ts';
import { varied } from './varied-hyperparameters.ts';

const variedOf = (spec: object): string[] => {
  const result = resolveSpec(searchSpecSchema.parse({ dataset: 'made', ...spec }), {
    id: 'ds_00000000000000000001',
    task: 'classification',
    trainRows: 100,
    rowsPerClass: { a: 50, b: 50 },
    group: false,
    time: false,
  });
  if ('errors' in result) throw new Error(JSON.stringify(result.errors));
  const plan = planTrials(result.spec);
  if ('errors' in plan) throw new Error(JSON.stringify(plan.errors));
  return varied(
    result.spec,
    plan.trials.map((params) => ({ params })),
  );
};
const fixed = { learningRate: 0.1, hiddenLayers: [[8]] };

test.each<[string, object, string[]]>([
  ['the default space', {}, ['hiddenLayers', 'learningRate']],
  ['a single point', { space: fixed }, []],
  [
    'choices and ranges, in the order of a trial',
    { space: { ...fixed, epochs: [1, 2], l2: { min: 0, max: 1 } } },
    ['l2', 'epochs'],
  ],
  ['a range of units', { space: { learningRate: 0.1, units: { min: 1, max: 9 } } }, ['hiddenLayers']],
  ['a fixed number of units', { space: { learningRate: 0.1, units: 8 } }, []],
  ['a range of layers', { space: { learningRate: 0.1, units: 8, layers: [1, 2] } }, ['hiddenLayers']],
  [
    'an optimizer with its own names',
    { space: { ...fixed, optimizer: ['sgd', 'adam'], momentum: 0.9 } },
    ['optimizer'],
  ],
  ['a union of optimizers', { space: [{ ...fixed, optimizer: 'sgd' }, fixed] }, ['optimizer']],
  ['values that differ in a union', { space: [{ ...fixed, l2: 0.1 }, fixed] }, ['l2']],
  [
    'names that stand in one space of a union',
    { space: [{ ...fixed, finalLearningRate: 0.1 }, fixed] },
    ['decay', 'finalLearningRate'],
  ],
  [
    'a list',
    {
      strategy: {
        kind: 'list',
        trials: [
          { epochs: 5, l2: 1 },
          { epochs: 6, l2: 1 },
        ],
      },
    },
    ['epochs'],
  ],
])('%s', (_, spec, expected) => {
  expect(variedOf(spec)).toEqual(expected);
});
