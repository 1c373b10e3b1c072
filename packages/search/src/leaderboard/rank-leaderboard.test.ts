import { canonicalJson } from '@holdfast/contracts/canonical-json';
import { leaderboardItemSchema } from '@holdfast/contracts/leaderboard';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeFold, makeSearch, makeTrial } from './made-trials.suite.ts';
import { rankLeaderboard } from './rank-leaderboard.ts';

const { spec, trials } = makeSearch({
  space: { hiddenLayers: [[8]], learningRate: [0.1, 0.2], epochs: [1, 2, 3, 4, 5] },
});
const params = trials[0]!;
const rank = (results: Parameters<typeof rankLeaderboard>[0]['trials'], metric?: 'loss') =>
  rankLeaderboard({ spec, trials: results, ...(metric ? { metric } : {}) });

describe('rankLeaderboard', () => {
  test('tells all of a completed trial', () => {
    const folds = [
      makeFold(0, 0.8, {
        validation: { accuracy: 0.8, loss: 0.6 },
        training: { accuracy: 0.9, loss: 0.4 },
        epochs: 10,
      }),
      makeFold(1, 0.6, {
        validation: { accuracy: 0.6, loss: 0.8 },
        training: { accuracy: 1, loss: 0.2 },
        epochs: 20,
      }),
    ];
    const [item] = rank([makeTrial(3, params, [], { folds, weightCount: 42 })]);
    expect(item).toEqual({
      rank: 1,
      trial: 3,
      status: 'completed',
      reason: null,
      params: { learningRate: 0.1, epochs: 1 },
      score: {
        mean: 0.7,
        std: expect.closeTo(0.141421356, 8),
        standardError: expect.closeTo(0.1, 8),
        foldStd: expect.closeTo(0.141421356, 8),
        seedStd: null,
        folds: [0.8, 0.6],
      },
      training: { mean: 0.95 },
      loss: { validation: 0.7, training: expect.closeTo(0.3, 12) },
      gap: expect.closeTo(0.25, 12),
      lossGap: expect.closeTo(4 / 3, 12),
      overfit: true,
      rankInterval: null,
      probabilityBest: null,
      tiedWithBest: null,
      withinOneStandardError: true,
      weightCount: 42,
      epochs: 15,
      seconds: 0.5,
    });
    expect(leaderboardItemSchema.parse(item)).toEqual(item);
  });

  test('puts the better score first, ties by number, then the others by number', () => {
    const board = rank([
      makeTrial(7, params, [0.5, 0.7]),
      makeTrial(6, params, [0.9, null]),
      makeTrial(5, params, [0.9, 0.9]),
      makeTrial(4, params, [], { status: 'waiting' }),
      makeTrial(3, params, [0.7, 0.5]),
      makeTrial(2, params, [1, 1], { status: 'failed', reason: 'out of memory' }),
      makeTrial(1, params, [1], { status: 'running' }),
      makeTrial(0, params, [0.1, 0.2]),
    ]);
    expect(board.map(({ rank: place, trial }) => [place, trial])).toEqual([
      [1, 5],
      [2, 3],
      [3, 7],
      [4, 0],
      [null, 1],
      [null, 2],
      [null, 4],
      [null, 6],
    ]);
  });

  test('ranks a loss upwards', () => {
    const losses = (loss: number) => [makeFold(0, 0.5, { validation: { accuracy: 0.5, loss } })];
    const board = rank(
      [makeTrial(0, params, [], { folds: losses(0.9) }), makeTrial(1, params, [], { folds: losses(0.2) })],
      'loss',
    );
    expect(board.map(({ trial, score }) => [trial, score.mean])).toEqual([
      [1, 0.2],
      [0, 0.9],
    ]);
  });

  test('ties trials with the same fold scores in another order', () => {
    const board = rank([makeTrial(1, params, [0.1, 0.2, 0.3]), makeTrial(0, params, [0.3, 0.2, 0.1])]);
    expect(board[0]?.score.mean).toBe(board[1]?.score.mean);
    expect(board.map(({ trial }) => trial)).toEqual([0, 1]);
  });

  test('has no score where a fold has none, and says which', () => {
    const diverged = makeFold(1, null, { reason: 'the loss became NaN in epoch 3' });
    const [item] = rank([makeTrial(0, params, [], { folds: [makeFold(0, 0.5), diverged] })]);
    expect(item).toMatchObject({ rank: null, score: { mean: null, std: null, folds: [0.5, null] } });
    expect(item?.reason).toBe('repeat 0, fold 1: the loss became NaN in epoch 3');
    expect(rank([makeTrial(0, params, [null])])[0]?.reason).toBe(
      'accuracy is not defined on repeat 0, fold 0',
    );
    expect(rank([makeTrial(0, params, [null], { reason: 'diverged' })])[0]?.reason).toBe('diverged');
  });

  test('shows the mean of the folds that are there while a trial runs', () => {
    const open = makeFold(1, null, {
      state: 'running',
      validation: null,
      training: null,
      epochs: null,
      seconds: null,
    });
    const [item] = rank([makeTrial(0, params, [], { status: 'running', folds: [open, makeFold(0, 0.5)] })]);
    expect(item).toMatchObject({
      rank: null,
      reason: null,
      score: { mean: 0.5, folds: [0.5, null] },
      epochs: 100,
      seconds: 0.25,
    });
    const [failed] = rank([makeTrial(0, params, [0.5, 0.5], { status: 'failed', reason: 'broken' })]);
    expect(failed).toMatchObject({ rank: null, reason: 'broken', score: { mean: null, folds: [0.5, 0.5] } });
  });

  test('calls a trial overfit by ratio and difference of losses together', () => {
    const overfit = (validation: number, training: number) => {
      const fold = makeFold(0, 1, {
        validation: { accuracy: 1, loss: validation },
        training: { accuracy: 1, loss: training },
      });
      return rank([makeTrial(0, params, [], { folds: [fold] })])[0]?.overfit;
    };
    expect(overfit(0.12, 0.1)).toBe(true);
    expect(overfit(0.105, 0.1)).toBe(false);
    expect(overfit(0.015, 0.01)).toBe(false);
    expect(overfit(1, 0)).toBeNull();
  });

  test('marks what lies within one standard error of the best', () => {
    const board = rank([
      makeTrial(0, params, [0.8, 1]),
      makeTrial(1, params, [0.8, 0.8]),
      makeTrial(2, params, [0.7, 0.8]),
    ]);
    expect(board.map(({ withinOneStandardError }) => withinOneStandardError)).toEqual([true, true, false]);
    expect(rank([makeTrial(0, params, [0.8])])[0]?.withinOneStandardError).toBeNull();
  });

  test('gives the ranks 1 to n, the same board whatever the order of trials and folds', () => {
    const accuracy = fc.option(fc.constantFrom(0.1, 0.2, 0.3, 0.7), { nil: null });
    const result = fc.array(accuracy, { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(result, { minLength: 1, maxLength: 8 }), (accuracies) => {
        const results = accuracies.map((scores, trial) => makeTrial(trial, trials[trial]!, scores));
        const board = rank(results);
        const ranked = board.filter(({ score }) => score.mean !== null);
        expect(ranked.map(({ rank: place }) => place)).toEqual(ranked.map((_, index) => index + 1));
        expect(board.map(({ trial }) => trial).sort()).toEqual(results.map(({ trial }) => trial));
        expect(ranked.every(({ score }, n) => n === 0 || score.mean! <= ranked[n - 1]!.score.mean!)).toBe(
          true,
        );
        const shuffled = results.toReversed().map((trial) => ({ ...trial, folds: trial.folds.toReversed() }));
        expect(canonicalJson(rank(shuffled))).toBe(canonicalJson(board));
      }),
    );
  });
});
