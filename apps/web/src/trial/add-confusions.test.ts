import { expect, it } from 'vitest';
import { addConfusions } from './add-confusions.ts';
import { meanOf } from './mean-of.ts';

it('adds the folds that have one', () => {
  const one = [
    [3, 1],
    [0, 4],
  ];
  expect(addConfusions([one, null, one])).toEqual([
    [6, 2],
    [0, 8],
  ]);
  expect(addConfusions([null])).toBeNull();
});

it('takes no mean of some folds for that of all', () => {
  expect([meanOf([1, 2]), meanOf([1, null]), meanOf([])]).toEqual([1.5, null, null]);
});
