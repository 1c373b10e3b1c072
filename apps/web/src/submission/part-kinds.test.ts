import { expect, it } from 'vitest';
import { partFields, partKinds } from './part-kinds.ts';

it('has the kinds of the contract, each with its fields and defaults', () => {
  expect(partKinds('strategy').map(({ name }) => name)).toEqual(
    expect.arrayContaining(['grid', 'random', 'sobol', 'tpe', 'halving', 'hyperband', 'list']),
  );
  const random = partKinds('strategy').find(({ name }) => name === 'random');
  expect(random?.fields).toEqual([{ name: 'trials', fallback: '20' }]);
  const stratified = partKinds('crossValidation').find(({ name }) => name === 'stratified');
  expect(stratified?.fields).toContainEqual({ name: 'folds', fallback: '5' });
  expect(stratified?.fields).toContainEqual({ name: 'outer.folds', fallback: 'none' });
  expect(partKinds('race').map(({ name }) => name)).toEqual(['none', 'forgiving']);
  expect(partFields('earlyStopping').map(({ name }) => name)).toContain('patience');
  expect(partFields('limits').map(({ name }) => name)).toContain('maxSeconds');
});
