import type { Leaderboard, LeaderboardItem } from '@holdfast/contracts/leaderboard';
import { describe, expect, it } from 'vitest';
import { leaderboardTable } from './leaderboard-table.ts';

function item(rank: number | null, trial: number, more: Partial<LeaderboardItem> = {}): LeaderboardItem {
  return {
    rank,
    trial,
    status: 'completed',
    reason: null,
    params: { hiddenLayers: [64, 32], learningRate: 0.0316227766 },
    score: { mean: 0.97, std: 0.02, standardError: 0.009, foldStd: 0.02, seedStd: null, folds: [0.96, 0.98] },
    training: { mean: 0.99 },
    loss: { validation: 0.0951, training: 0.00001 },
    gap: 0.02,
    lossGap: 0.07,
    overfit: false,
    rankInterval: null,
    probabilityBest: null,
    tiedWithBest: null,
    withinOneStandardError: true,
    weightCount: 387,
    epochs: 100,
    seconds: 1.2,
    ...more,
  };
}

function board(items: LeaderboardItem[]): Leaderboard {
  return {
    metric: 'accuracy',
    items,
    recommended: { trial: 4, rule: 'oneStandardError' },
    nextCursor: null,
  } as Leaderboard;
}

describe('the leaderboard as a table', () => {
  it('aligns its columns and marks what one should notice', () => {
    const none = { mean: null, std: null, standardError: null, foldStd: null, seedStd: null, folds: [null] };
    const table = leaderboardTable(
      board([
        item(1, 12),
        item(2, 4, { overfit: true }),
        item(null, 7, { score: none, reason: 'diverged at epoch 3', training: { mean: null } }),
      ]),
      10,
    );
    expect(table.split('\n')).toEqual([
      'rank  trial       accuracy  training   loss  hiddenLayers  learningRate  weights',
      '────  ─────  ─────────────  ────────  ─────  ────────────  ────────────  ───────  ─────────────────────',
      '   1     12  0.970 ± 0.009     0.990  0.095  [64,32]       0.03162           387',
      '   2      4  0.970 ± 0.009     0.990  0.095  [64,32]       0.03162           387  recommended, overfits',
      '   –      7           none         –  0.095  [64,32]       0.03162           387',
    ]);
  });

  it('has marks for remarks that do not fit, and tells them', () => {
    const table = leaderboardTable(
      board([item(1, 12, { overfit: true }), item(2, 4, { overfit: true }), item(3, 5)]),
      10,
      90,
    );
    expect(table.split('\n').slice(2)).toEqual([
      '   1     12  0.970 ± 0.009     0.990  0.095  [64,32]       0.03162           387  !',
      '   2      4  0.970 ± 0.009     0.990  0.095  [64,32]       0.03162           387  * !',
      '   3      5  0.970 ± 0.009     0.990  0.095  [64,32]       0.03162           387',
      '* recommended   ! overfits',
    ]);
  });

  it('says how many rows it leaves out, and that there are none', () => {
    expect(leaderboardTable(board([item(1, 1), item(2, 2), item(3, 3)]), 1)).toMatch(/… and 2 more$/);
    expect(leaderboardTable(board([]), 10)).toBe('No trial has run yet.');
  });
});
