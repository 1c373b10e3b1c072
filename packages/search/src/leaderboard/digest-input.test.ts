import { describe, expect, test } from 'vitest';
import { digestInput } from './digest-input.ts';
import { makeSearch, makeTrial } from './made-trials.suite.ts';
import { rankLeaderboard } from './rank-leaderboard.ts';

const { spec, trials } = makeSearch({ space: { hiddenLayers: [[8]], learningRate: [0.1, 0.2] } });

function board(seconds: number, accuracy = 0.5) {
  const results = trials.map((params, n) => {
    const trial = makeTrial(n, params, [accuracy, 0.6]);
    return { ...trial, folds: trial.folds.map((fold) => ({ ...fold, seconds })) };
  });
  return {
    search: 'se_00000000000000000001',
    updatedAt: `2020-01-01T00:00:0${seconds}.000Z`,
    digest: '',
    nextCursor: null,
    status: 'completed' as const,
    metric: 'accuracy' as const,
    direction: 'maximize' as const,
    items: rankLeaderboard({ spec, trials: results }),
    baselines: [],
    uncertainty: null,
    corrected: null,
    recommended: null,
    hints: [],
  };
}

describe('digestInput', () => {
  test('does not depend on ids, times and seconds', () => {
    expect(board(1).items).not.toEqual(board(2).items);
    expect(digestInput(board(1))).toBe(
      digestInput({ ...board(2), search: 'se_00000000000000000002' } as never),
    );
    expect(digestInput(board(1))).not.toMatch(/seconds|updatedAt|search|nextCursor|digest/);
  });

  test('depends on all else', () => {
    const one = digestInput(board(1));
    expect(digestInput(board(1, 0.5 + 2 ** -53))).not.toBe(one);
    expect(digestInput({ ...board(1), status: 'cancelled' })).not.toBe(one);
    expect(digestInput({ ...board(1), recommended: { trial: 0, rule: 'oneStandardError' } })).not.toBe(one);
    expect(digestInput({ ...board(1), items: board(1).items.toReversed() })).not.toBe(one);
  });
});
