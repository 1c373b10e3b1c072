import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { describe, expect, test } from 'vitest';
import { filterLeaderboard } from './filter-leaderboard.ts';
import { makeSearch, makeTrial } from './made-trials.suite.ts';
import { rankLeaderboard } from './rank-leaderboard.ts';
import { sortLeaderboard } from './sort-leaderboard.ts';

const search = makeSearch({
  space: {
    optimizer: ['sgd', 'adam'],
    learningRate: [0.01, 0.1],
    hiddenLayers: [[16], [8, 4]],
    momentum: 0.9,
  },
});
const trials = search.trials.map((params, n) =>
  makeTrial(n, params, n === 3 ? [null] : [0.5 + n / 100], { weightCount: 100 - n }),
);
const items = rankLeaderboard({ spec: search.spec, trials });
const sorted = (sort: string) => {
  const result = sortLeaderboard(items, sort, trials);
  return 'items' in result ? result.items.map(({ trial }) => trial) : result.errors;
};
const filtered = (...where: string[]) => {
  const result = filterLeaderboard(items, where, trials);
  return 'items' in result ? result.items.map(({ trial }) => trial) : result.errors;
};

describe('sortLeaderboard', () => {
  test('sorts by columns either way, missing values last', () => {
    expect(sorted('rank')).toEqual([7, 6, 5, 4, 2, 1, 0, 3]);
    expect(sorted('score')).toEqual([0, 1, 2, 4, 5, 6, 7, 3]);
    expect(sorted('-score')).toEqual([7, 6, 5, 4, 2, 1, 0, 3]);
    expect(sorted('weightCount')).toEqual([7, 6, 5, 4, 3, 2, 1, 0]);
    expect(sorted('trial')).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('sorts by hyperparameters, varied or not, networks by their layers', () => {
    expect(trials.map(({ params }) => (params as Hyperparameters).hiddenLayers[0])).toEqual([
      16, 16, 16, 16, 8, 8, 8, 8,
    ]);
    expect(sorted('hiddenLayers')).toEqual([4, 5, 6, 7, 0, 1, 2, 3]);
    expect(sorted('-learningRate')).toEqual([1, 3, 5, 7, 0, 2, 4, 6]);
    expect(sorted('optimizer')).toEqual([2, 3, 6, 7, 0, 1, 4, 5]);
    expect(sorted('momentum')).toEqual([0, 1, 4, 5, 2, 3, 6, 7]);
  });

  test('says which columns there are', () => {
    expect(sorted('colour')).toEqual([{ pointer: '/sort', message: expect.stringContaining('weightCount') }]);
    expect(sorted('__proto__')).toEqual([{ pointer: '/sort', message: expect.any(String) }]);
    expect(sorted('constructor')).toEqual([{ pointer: '/sort', message: expect.any(String) }]);
  });
});

describe('filterLeaderboard', () => {
  test('keeps what meets every condition, in order and with its rank', () => {
    expect(filtered('optimizer:adam')).toEqual([7, 6, 2, 3]);
    expect(filtered('optimizer:adam', 'learningRate:1e-1')).toEqual([7, 3]);
    expect(filtered('hiddenLayers:[8, 4]', 'optimizer:sgd')).toEqual([5, 4]);
    expect(filtered('status:completed', 'score:null')).toEqual([3]);
    expect(filtered('scaler:minMax')).toHaveLength(8);
    expect(filtered('optimizer:adagrad')).toEqual([]);
    expect(filtered()).toHaveLength(8);
  });

  test('takes ranges of numbers with their ends, and one of several values', () => {
    expect(filtered('score:0.52..0.54')).toEqual([4, 2]);
    expect(filtered('score:0.56..')).toEqual([7, 6]);
    expect(filtered('weightCount:..94')).toEqual([7, 6]);
    expect(filtered('learningRate:0.01|0.1')).toHaveLength(8);
    expect(filtered('hiddenLayers:[16]|[8,4]', 'optimizer:sgd|adagrad')).toEqual([5, 4, 1, 0]);
    expect(filtered('weightCount:100|..94')).toEqual([7, 6, 0]);
    // A missing score is in no range, and text is not a number.
    expect(filtered('score:..')).toEqual([]);
    expect(filtered('optimizer:0..1')).toEqual([]);
  });

  test('says what a condition looks like', () => {
    expect(filtered('optimizer')).toEqual([
      { pointer: '/where', message: expect.stringContaining('name:value') },
    ]);
    expect(filtered('colour:red')).toEqual([
      { pointer: '/where', message: expect.stringContaining('colour') },
    ]);
  });
});
