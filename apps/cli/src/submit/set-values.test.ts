import { expect, test } from 'vitest';
import { UsageError } from '../command/usage-error.ts';
import { setValues } from './set-values.ts';

test.each([
  [['learningRate=0.1'], { dataset: 'iris', space: { learningRate: 0.1 } }],
  [['seed=3'], { dataset: 'iris', seed: 3 }],
  [['space.epochs=10', 'name=mine'], { dataset: 'iris', name: 'mine', space: { epochs: 10 } }],
  [['strategy={ kind: random, trials: 5 }'], { dataset: 'iris', strategy: { kind: 'random', trials: 5 } }],
  [['hiddenLayers=[[8],[16,8]]'], { dataset: 'iris', space: { hiddenLayers: [[8], [16, 8]] } }],
  [
    ['learningRate.min=0.1', 'learningRate.max=1'],
    { dataset: 'iris', space: { learningRate: { min: 0.1, max: 1 } } },
  ],
])('%j', (assignments, expected) => {
  expect(setValues({ dataset: 'iris' }, assignments)).toEqual(expected);
});

test('sets a hyperparameter in every space of a union, or in the one named', () => {
  const spec = { space: [{ optimizer: 'adam' }, { optimizer: 'sgd' }] };
  expect(setValues(spec, ['epochs=3'])).toEqual({
    space: [
      { optimizer: 'adam', epochs: 3 },
      { optimizer: 'sgd', epochs: 3 },
    ],
  });
  expect(setValues(spec, ['space.1.epochs=3'])).toEqual({
    space: [{ optimizer: 'adam' }, { optimizer: 'sgd', epochs: 3 }],
  });
  expect(spec.space[1]).toEqual({ optimizer: 'sgd' });
});

test.each(['learningRate', '=1', 'dataset.name=x', '__proto__.x=1', 'space=[1'])(
  '%s is refused',
  (assignment) => {
    expect(() => setValues({ dataset: 'iris' }, [assignment])).toThrow(UsageError);
  },
);
