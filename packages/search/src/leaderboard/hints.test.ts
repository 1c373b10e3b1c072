import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Importance } from '@holdfast/contracts/importance';
import { spaceSchema } from '@holdfast/contracts/space';
import { describe, expect, test } from 'vitest';
import { findHints } from './hints.ts';
import { makeSearch, makeTrial } from './made-trials.suite.ts';
import { rankLeaderboard } from './rank-leaderboard.ts';

/** The hints when the trials that satisfy `wins` share the best score. */
function hintsOf(
  spec: object,
  wins: (params: Hyperparameters) => boolean,
  status: 'completed' | 'running' = 'completed',
) {
  const search = makeSearch(spec);
  const trials = search.trials.map((params, n) => makeTrial(n, params, [wins(params) ? 0.9 : 0.5]));
  expect(search.trials.some(wins)).toBe(true);
  const items = rankLeaderboard({ spec: search.spec, trials });
  return findHints({ spec: search.spec, status, items, trials, importance: null });
}
const moved = (name: string, ...args: Parameters<typeof hintsOf>) => {
  const [hint, ...others] = hintsOf(...args);
  expect(others).toEqual([]);
  const space = hint?.space as Record<string, unknown> | undefined;
  if (space) expect(spaceSchema.safeParse(space).success).toBe(true);
  return hint ? [hint.message, space?.[name]] : null;
};
const small = { hiddenLayers: [[8]], learningRate: 0.1 };

describe('findHints', () => {
  test('moves a range beyond the end where the best lies', () => {
    const learningRate = { min: 0.001, max: 0.1, scale: 'log', points: 3 };
    const spec = { space: { ...small, learningRate } };
    expect(moved('learningRate', spec, (trial) => trial.learningRate === 0.1)).toEqual([
      'The best learningRate lies at the upper end of its range.',
      { ...learningRate, min: 0.01, max: 1 },
    ]);
    expect(moved('learningRate', spec, (trial) => trial.learningRate === 0.001)).toEqual([
      'The best learningRate lies at the lower end of its range.',
      { ...learningRate, min: 0.0001, max: 0.01 },
    ]);
    expect(moved('learningRate', spec, (trial) => trial.learningRate === 0.01)).toBeNull();
  });

  test('keeps integers whole and fields within their limits', () => {
    const epochs = { min: 100, max: 301, points: 2 };
    expect(
      moved('epochs', { space: { ...small, epochs } }, (trial) => trial.epochs === 301)?.[1],
    ).toMatchObject({ min: 201, max: 402 });
    const batchSize = { min: 1, max: 9, points: 3 };
    expect(
      moved('batchSize', { space: { ...small, batchSize } }, (trial) => trial.batchSize === 1),
    ).toBeNull();
    const dropout = { min: 0, max: 0.5, points: 3 };
    expect(moved('dropout', { space: { ...small, dropout } }, (trial) => trial.dropout === 0)).toBeNull();
  });

  test('extends a list of numbers and of one-layer networks by their ratio', () => {
    const widths = { ...small, hiddenLayers: [[32], [64], [128]] };
    expect(moved('hiddenLayers', { space: widths }, (trial) => trial.hiddenLayers[0] === 128)).toEqual([
      'The best number of units lies at the upper end of its range.',
      [[64], [128], [256]],
    ]);
    const l2 = [0.1, 0.01, 0.001];
    expect(moved('l2', { space: { ...small, l2 } }, (trial) => trial.l2 === 0.001)?.[1]).toEqual([
      0.0001, 0.001, 0.01,
    ]);
    expect(
      moved('batchSize', { space: { ...small, batchSize: [16, 32] } }, (trial) => trial.batchSize === 32),
    ).toBeNull();
    expect(
      moved(
        'batchSize',
        { space: { ...small, batchSize: [16, 32, 'full'] } },
        (trial) => trial.batchSize === 32,
      ),
    ).toBeNull();
    expect(moved('l2', { space: { ...small, l2: [0, 0.1, 0.2] } }, (trial) => trial.l2 === 0)).toBeNull();
  });

  test('says nothing where a trial as good lies elsewhere', () => {
    const spec = { space: { ...small, epochs: [10, 20, 40] } };
    for (const as of [
      [20, 40],
      [10, 20],
      [10, 40],
    ]) {
      expect(moved('epochs', spec, (trial) => as.includes(trial.epochs))).toBeNull();
    }
    expect(moved('epochs', spec, (trial) => trial.epochs >= 40)?.[1]).toEqual([20, 40, 80]);
  });

  test('takes a draw near the end for the end, and moves the space of a union that the best is of', () => {
    const search = makeSearch({
      strategy: { kind: 'random', trials: 60 },
      space: [
        { ...small, optimizer: 'sgd' },
        { hiddenLayers: [[8]], learningRate: { min: 0.001, max: 1, scale: 'log' } },
      ],
    });
    const largest = Math.max(...search.trials.map(({ learningRate }) => learningRate));
    const trials = search.trials.map((params, n) =>
      makeTrial(n, params, [params.learningRate === largest ? 0.9 : 0.5]),
    );
    const items = rankLeaderboard({ spec: search.spec, trials });
    const hints = findHints({ spec: search.spec, status: 'completed', items, trials, importance: null });
    expect(largest).toBeGreaterThan(0.7);
    expect(hints).toMatchObject([
      {
        code: 'edgeOfRange',
        space: { optimizer: 'adam', learningRate: { min: 0.0316227766017, max: 31.6227766017 } },
      },
    ]);
  });

  test('gives few, and none before the end or for a list', () => {
    const three = [1e-4, 1e-3, 1e-2];
    const spec = { space: { ...small, l1: three, l2: three, decay: three, noise: three } };
    const wins = ({ l1, l2, decay, noise }: Hyperparameters) =>
      [l1, l2, decay, noise].every((value) => value === 1e-2);
    expect(hintsOf(spec, wins).map(({ message }) => message.split(' ')[2])).toEqual(['decay', 'l1', 'l2']);
    expect(hintsOf(spec, wins, 'running')).toEqual([]);
    const list = { strategy: { kind: 'list', trials: [{ epochs: 1 }, { epochs: 2 }, { epochs: 3 }] } };
    expect(hintsOf(list, ({ epochs }) => epochs === 3)).toEqual([]);
  });
});

describe('equalTrials', () => {
  const search = makeSearch({ space: { hiddenLayers: [[64], [8], [16]], learningRate: 0.1, l2: [0, 0.1] } });
  const trials = search.trials.map((params, n) => makeTrial(n, params, [0.5], { weightCount: 100 - n }));
  const hintsWith = (tied: number[], spec = search.spec) => {
    const items = rankLeaderboard({ spec, trials }).map((item) => ({
      ...item,
      tiedWithBest: tied.includes(item.trial),
    }));
    return findHints({ spec, status: 'completed', items, trials, importance: null });
  };

  test('names the simplest of those that no trial is better than', () => {
    const [hint] = hintsWith([0, 2, 3]).filter(({ code }) => code === 'equalTrials');
    expect(hint?.message).toBe(
      'These three are equal as far as the data can tell: trials 0, 2, 3. The smallest is 3.',
    );
    expect(hint?.space).toMatchObject({ hiddenLayers: [[8]], l2: 0.1 });
    expect(spaceSchema.safeParse(hint?.space).success).toBe(true);
  });

  test('says nothing of one trial, and something of a list too', () => {
    expect(hintsWith([0])).toEqual([]);
    const list = makeSearch({ strategy: { kind: 'list', trials: search.trials } });
    expect(hintsWith([0, 1], list.spec)).toMatchObject([{ code: 'equalTrials' }]);
  });
});

describe('noEffect', () => {
  const importance = (fit: number, items: [string, number][]): Importance => ({
    search: 'se_00000000000000000001',
    metric: 'accuracy',
    method: 'fanova',
    trials: 50,
    leftOut: 0,
    trees: 64,
    fit,
    items: items.map(([hyperparameter, share]) => ({ hyperparameter, importance: share, std: 0 })),
    pairs: [{ hyperparameters: ['l2', 'noise'], importance: 0.05, std: 0 }],
    reason: null,
  });
  const space = [
    { ...small, optimizer: 'sgd', l2: [0.1, 0.2], noise: [0, 1], dropout: [0, 0.1] },
    { hiddenLayers: [[8], [9]], learningRate: 0.1, l2: [0.1, 0.3] },
  ];
  const search = makeSearch({ space });
  const trials = search.trials.map((params, n) => makeTrial(n, params, [n === 0 ? 0.9 : 0.5]));
  const items = rankLeaderboard({ spec: search.spec, trials });
  const hintsOfImportance = (known: Importance | null) =>
    findHints({ spec: search.spec, status: 'completed', items, trials, importance: known });

  test('fixes what explains next to nothing, in every space that has it', () => {
    const shares: [string, number][] = [
      ['hiddenLayers', 0.7],
      ['noise', 0.2],
      ['l2', 0.01],
      ['dropout', 0.002],
    ];
    const [least, next] = hintsOfImportance(importance(0.8, shares));
    expect(least?.message).toBe(
      'dropout explains less than 1 % of the differences in accuracy: fix it, and look more closely at the others.',
    );
    expect(least?.space).toMatchObject([{ dropout: 0, l2: [0.1, 0.2] }, { l2: [0.1, 0.3] }]);
    expect(next?.message).toMatch(/^l2 explains 6 % of/);
    expect(next?.space).toMatchObject([{ l2: 0.1, noise: [0, 1] }, { l2: 0.1 }]);
    expect(spaceSchema.safeParse(next?.space).success).toBe(true);
  });

  test('says nothing where the trees do not fit', () => {
    expect(hintsOfImportance(importance(0.3, [['l2', 0.01]]))).toEqual([]);
    expect(hintsOfImportance(null)).toEqual([]);
  });
});
