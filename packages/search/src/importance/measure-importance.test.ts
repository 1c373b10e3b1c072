import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { importanceSchema } from '@holdfast/contracts/importance';
import { describe, expect, test } from 'vitest';
import { makeSearch, makeTrial } from '../leaderboard/made-trials.suite.ts';
import { rankLeaderboard } from '../leaderboard/rank-leaderboard.ts';
import type { TrialResult } from '../leaderboard/trial-result.ts';
import { finish } from '../statistics/finish.suite.ts';
import { measureImportance } from './measure-importance.ts';
import { placeOnAxis, spaceAxes } from './space-axes.ts';

const id = 'se_00000000000000000001';
const small = { hiddenLayers: [[8]], learningRate: 0.1 };

function importanceOf(
  spec: object,
  score: (params: Hyperparameters) => number | null,
  change: (trials: TrialResult[]) => TrialResult[] = (trials) => trials,
) {
  const search = makeSearch(spec);
  const results = change(search.trials.map((params, n) => makeTrial(n, params, [score(params)])));
  const items = rankLeaderboard({ spec: search.spec, trials: results });
  const board = { record: { id, spec: search.spec }, metric: 'accuracy' as const, items, results };
  const found = finish(measureImportance(board));
  expect(importanceSchema.parse(found)).toEqual(found);
  const alone = new Map(found.items.map((item) => [item.hyperparameter, item.importance]));
  const together = new Map(found.pairs.map((pair) => [pair.hyperparameters.join(' '), pair.importance]));
  return { ...found, alone, together };
}

const unit = { min: 0, max: 0.5 };
const random = (trials: number) => ({ kind: 'random', trials });

describe('measureImportance on functions whose importance is known', () => {
  test('a sum: shares are those of the squared factors', () => {
    // The variance of a·x over a range is a²/12 of its width's square: 1 to 4, and nothing for noise.
    const space = { ...small, dropout: unit, momentum: unit, noise: unit, optimizer: 'sgd' };
    const { alone, together, fit } = importanceOf(
      { space, strategy: random(600) },
      ({ dropout, momentum }) => (dropout as number) + 2 * momentum!,
    );
    expect(alone.get('dropout')).toBeCloseTo(0.2, 1);
    expect(alone.get('momentum')).toBeCloseTo(0.8, 1);
    expect(alone.get('noise')).toBeLessThan(0.01);
    expect(Math.max(...together.values())).toBeLessThan(0.03);
    expect(fit).toBeGreaterThan(0.95);
  });

  test('a product around the middle: all of it is of the two together', () => {
    const space = { ...small, dropout: unit, noise: unit };
    const { alone, together } = importanceOf(
      { space, strategy: random(1500) },
      ({ dropout, noise }) => ((dropout as number) - 0.25) * (noise - 0.25),
    );
    expect(Math.max(...alone.values())).toBeLessThan(0.03);
    expect(together.get('dropout noise')).toBeGreaterThan(0.95);
  });

  test('Ishigami’s function: 0.314, 0.442 and 0, and 0.244 for the first with the third', () => {
    const space = { ...small, dropout: unit, momentum: unit, noise: unit, optimizer: 'sgd' };
    const x = (value: number) => Math.PI * (4 * value - 1);
    const { alone, together } = importanceOf(
      { space, strategy: { kind: 'sobol', trials: 2000 } },
      ({ dropout, momentum, noise }) =>
        Math.sin(x(dropout as number)) +
        7 * Math.sin(x(momentum!)) ** 2 +
        0.1 * x(noise) ** 4 * Math.sin(x(dropout as number)),
    );
    expect(Math.abs(alone.get('dropout')! - 0.314)).toBeLessThan(0.06);
    expect(Math.abs(alone.get('momentum')! - 0.442)).toBeLessThan(0.12);
    expect(alone.get('noise')).toBeLessThan(0.03);
    expect(Math.abs(together.get('dropout noise')! - 0.244)).toBeLessThan(0.06);
  });

  test('choices of a grid, one of which is better', () => {
    const space = {
      ...small,
      optimizer: ['adam', 'sgd', 'rmsprop'],
      l2: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7],
    };
    const { alone } = importanceOf({ space }, ({ optimizer }) => (optimizer === 'sgd' ? 0.9 : 0.5));
    expect(alone.get('optimizer')).toBeGreaterThan(0.9);
    expect(alone.get('l2')).toBeLessThan(0.02);
  });

  test('a conditional hyperparameter does not stand in for what it depends on', () => {
    // Momentum is sgd's alone and has no effect; that it applies tells sgd from adam.
    const space = { ...small, optimizer: ['adam', 'sgd'], momentum: { min: 0, max: 0.9 }, noise: unit };
    const { alone, together } = importanceOf({ space, strategy: random(300) }, ({ optimizer, noise }) =>
      optimizer === 'sgd' ? 0.9 : 0.5 + noise / 10,
    );
    expect(alone.get('optimizer')).toBeGreaterThan(0.9);
    expect(alone.get('momentum')).toBeLessThan(0.01);
    expect(together.get('optimizer momentum')).toBeLessThan(0.01);
  });

  test('a conditional hyperparameter counts where it applies', () => {
    const space = { ...small, optimizer: ['adam', 'sgd'], momentum: { min: 0, max: 0.9 } };
    const { alone, together } = importanceOf(
      { space, strategy: random(600) },
      ({ momentum }) => momentum ?? 0.45,
    );
    // In one half of the space the score is the momentum, in the other its mean: of a variance v/2 in all, the mean over
    // optimizers varies by v/4, and optimizer and momentum together by the rest.
    expect(Math.abs(alone.get('momentum')! - 0.5)).toBeLessThan(0.08);
    expect(Math.abs(together.get('optimizer momentum')! - 0.5)).toBeLessThan(0.08);
    expect(alone.get('optimizer')).toBeLessThan(0.05);
  });

  test('a union of spaces', () => {
    const space = [
      { hiddenLayers: [[8]], optimizer: 'adam', learningRate: { min: 0.001, max: 0.1, scale: 'log' } },
      { hiddenLayers: [[8], [16]], optimizer: 'sgd', learningRate: { min: 0.01, max: 1, scale: 'log' } },
    ];
    const { alone, items } = importanceOf({ space, strategy: random(300) }, ({ learningRate }) =>
      Math.log10(learningRate),
    );
    expect(items.map(({ hyperparameter }) => hyperparameter).sort()).toEqual([
      'hiddenLayers',
      'learningRate',
      'optimizer',
    ]);
    expect(alone.get('learningRate')).toBeGreaterThan(0.9);
  });
});

describe('measureImportance', () => {
  const space = { ...small, l2: [0, 0.1], noise: [0, 0.1], dropout: [0, 0.1, 0.2] };

  test('is the same from the same seed, in whatever order results came', () => {
    const score = ({ l2, noise }: Hyperparameters) => l2 + noise * l2;
    const one = importanceOf({ space }, score);
    expect(importanceOf({ space }, score, (trials) => trials)).toEqual(one);
    expect(importanceOf({ space, seed: 1 }, score)).not.toEqual(one);
  });

  test('says why there is nothing', () => {
    const few = importanceOf({ space: { ...small, l2: [0, 0.1], noise: [0, 0.1] } }, ({ l2 }) => l2);
    expect(few).toMatchObject({ items: [], pairs: [], fit: null, trials: 4 });
    expect(few.reason).toBe(
      'Importance of 2 hyperparameters needs 10 completed trials with a score; there are 4.',
    );
    expect(importanceOf({ space }, () => 0.5).reason).toBe('All trials have the same score.');
    expect(importanceOf({ space: small }, () => 0.5).reason).toMatch(/varies no hyperparameter/);
  });

  test('leaves out what has no score, and one’s own trials from outside', () => {
    const { trials, leftOut, reason } = importanceOf(
      { space },
      ({ l2, dropout }) => (dropout === 0.2 ? null : l2),
      (results) =>
        results.map((result, n) => (n === 0 ? { ...result, params: { ...result.params, l2: 7 } } : result)),
    );
    expect([trials, leftOut, reason]).toEqual([
      7,
      5,
      'Importance of 3 hyperparameters needs 10 completed trials with a score; there are 7.',
    ]);
  });

  test('takes a list of trials for its own space', () => {
    const trials = Array.from({ length: 24 }, (_, n) => ({ epochs: 1 + (n % 4), l2: (n % 3) / 10 }));
    const { alone } = importanceOf({ strategy: { kind: 'list', trials } }, ({ epochs }) => epochs / 4);
    expect([...alone.keys()]).toEqual(['epochs', 'l2']);
    expect(alone.get('epochs')).toBeGreaterThan(0.9);
  });
});

describe('spaceAxes', () => {
  test('lays out zero or a draw, and choices of all kinds', () => {
    const { spec, trials } = makeSearch({
      strategy: random(40),
      space: { ...small, l2: [0, { min: 1e-6, max: 1e-2, scale: 'log' }], batchSize: [32, 'full', 16] },
    });
    const [l2, batchSize] = spaceAxes(spec, trials);
    expect([l2!.name, batchSize!.name]).toEqual(['l2', 'batchSize']);
    const place = (axis: typeof l2, change: object) => placeOnAxis(axis!, { ...trials[0]!, ...change });
    expect(place(l2, { l2: 0 })).toBe(0.25);
    expect(place(l2, { l2: 1e-4 })).toBeCloseTo(0.75, 12);
    expect(place(l2, { l2: 1e-2 })).toBe(1);
    expect(place(l2, { l2: 1 })).toBeNull();
    expect(l2!.seams).toEqual([0.5]);
    expect([16, 32, 'full'].map((size) => place(batchSize, { batchSize: size }))).toEqual([
      expect.closeTo(1 / 6, 12),
      0.5,
      expect.closeTo(5 / 6, 12),
    ]);
    expect(place(l2, { hiddenLayers: [] })).toBeNaN();
  });
});
