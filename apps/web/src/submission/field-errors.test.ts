import { expect, it } from 'vitest';
import { errorAt, errorsElsewhere } from './field-errors.ts';

const errors = [
  { pointer: '/space/learningRate/min', message: 'must be below max' },
  { pointer: '/space/l2', message: 'must be a number' },
  { pointer: '/strategy', message: 'is too large' },
  { pointer: '', message: 'nothing fits' },
];

it('finds a field’s errors, those within it too, and none of a longer name', () => {
  expect(errorAt(errors, '/space/learningRate')).toBe('must be below max');
  expect(errorAt(errors, '/space/l')).toBeUndefined();
  expect(errorAt(errors, '/space')).toBe('must be below max must be a number');
});

it('keeps those that no field shows', () => {
  expect(errorsElsewhere(errors, ['/space', '/strategy'])).toEqual([
    { pointer: '', message: 'nothing fits' },
  ]);
});
