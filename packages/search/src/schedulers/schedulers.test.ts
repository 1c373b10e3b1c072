import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planTrials } from '../plan-trials.ts';
import { rungsOf } from './bracket.ts';
import { isBeaten } from './forgiving-race.ts';
import { defaultHyperbandTrials, hyperbandBrackets } from './hyperband.ts';
import { decideRung } from './promotion.ts';
import { type madeScore, resolvedSpec, schedulerSuite } from './scheduler.suite.ts';
import { createSearchPlan } from './search-plan.ts';
import { simulateSearch } from './simulate-search.ts';

const space = {
  hiddenLayers: [[8], [16]],
  learningRate: { min: 0.001, max: 0.1, scale: 'log' as const, points: 5 },
  epochs: 27,
};
const crossValidation = { kind: 'stratified' as const, folds: 4 };
const strategies = {
  grid: { kind: 'grid' },
  random: { kind: 'random', trials: 30 },
  sobol: { kind: 'sobol', trials: 32 },
  tpe: { kind: 'tpe', trials: 40, lag: 3, startupTrials: 6 },
  halving: { kind: 'halving' },
  hyperband: { kind: 'hyperband' },
} as const;
for (const [name, strategy] of Object.entries(strategies)) {
  schedulerSuite(name, { space, crossValidation, strategy });
  schedulerSuite(`${name} with a race`, {
    space,
    crossValidation,
    strategy,
    race: { kind: 'forgiving', lag: 2 },
  });
}
schedulerSuite('random with a target score', {
  space,
  crossValidation,
  strategy: strategies.random,
  limits: { targetScore: 0.9, targetLag: 3 },
});
schedulerSuite('tpe with a target score and a race', {
  space,
  crossValidation,
  strategy: strategies.tpe,
  race: { kind: 'forgiving' },
  limits: { targetScore: 0.9, targetLag: 2 },
});

describe('rungs', () => {
  test('are those of the papers', () => {
    const resource = { epochs: 81, minEpochs: 1, reductionFactor: 3 };
    // Li and others 2018, table 1.
    expect(hyperbandBrackets(defaultHyperbandTrials(resource), resource)).toEqual([
      { first: 0, rungs: table([81, 1], [27, 3], [9, 9], [3, 27], [1, null]) },
      { first: 81, rungs: table([34, 3], [11, 9], [3, 27], [1, null]) },
      { first: 115, rungs: table([15, 9], [5, 27], [1, null]) },
      { first: 130, rungs: table([8, 27], [2, null]) },
      { first: 138, rungs: table([5, null]) },
    ]);
  });

  test('share out any number of trials, each bracket at least one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 1000 }), (trials) => {
        const brackets = hyperbandBrackets(trials, { epochs: 81, minEpochs: 1, reductionFactor: 3 });
        const counts = brackets.map(({ rungs }) => rungs[0]!.trials);
        expect(counts.reduce((a, b) => a + b, 0)).toBe(trials);
        expect(Math.min(...counts)).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  test('rise strictly in epochs', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 5000 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 2, max: 5 }),
        (epochs, minEpochs, reductionFactor) => {
          const rungs = rungsOf(100, { epochs, minEpochs, reductionFactor });
          const until = rungs.map(({ untilEpoch }) => untilEpoch ?? epochs);
          expect(until.at(-1)).toBe(epochs);
          expect(until[0]).toBeGreaterThanOrEqual(Math.min(minEpochs, epochs));
          expect(until.every((epoch, k) => k === 0 || epoch > until[k - 1]!)).toBe(true);
        },
      ),
    );
  });

  function table(...rows: [number, number | null][]) {
    return rows.map(([trials, untilEpoch]) => ({ trials, untilEpoch }));
  }
});

describe('promotion', () => {
  const value = fc.option(fc.integer({ min: 0, max: 5 }), { nil: null });

  test('tells as early as is certain what it tells in the end', () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 6 }),
        fc.infiniteStream(fc.boolean()),
        (values, places, known) => {
          const all = values.map((v, proposal) => ({ proposal, value: v }));
          const end = decideRung(all, places, all.length);
          const early = decideRung(
            all.map((entry) => (known.next().value ? entry : { ...entry, value: undefined })),
            places,
            all.length,
          );
          expect(end.promoted).toEqual(expect.arrayContaining(early.promoted));
          expect(end.dropped).toEqual(expect.arrayContaining(early.dropped));
          expect(end.promoted.length + end.dropped.length).toBe(all.length);
          expect(end.promoted.length).toBe(Math.min(places, values.filter((v) => v !== null).length));
        },
      ),
    );
  });
});

describe('a race', () => {
  test('forgives down to the worst fold of the incumbent', () => {
    expect(isBeaten([0.8], [0.9, 0.8, 0.95], 1)).toBe(false);
    expect(isBeaten([0.79], [0.9, 0.8, 0.95], 1)).toBe(true);
    expect(isBeaten([0.7, 0.9], [0.9, 0.8, 0.95], 1)).toBe(false);
    expect(isBeaten([0.31], [0.1, 0.3], -1)).toBe(true);
    expect(isBeaten([0.3], [0.1, 0.3], -1)).toBe(false);
    expect(isBeaten([0.9, null], [0.1], 1)).toBe(true);
  });

  test('saves fold runs, and keeps the best trial where folds rank alike', () => {
    const score: typeof madeScore = ({ proposal, foldRun }) => ((proposal * 37) % 60) / 100 + foldRun / 1000;
    const run = (race: { kind: 'none' } | { kind: 'forgiving' }) => {
      const spec = resolvedSpec({ space, crossValidation, strategy: { kind: 'random', trials: 60 }, race });
      return simulateSearch(createSearchPlan(spec, 60), score, { workers: 2, seconds: () => 1 });
    };
    const full = run({ kind: 'none' });
    const raced = run({ kind: 'forgiving' });
    expect(full.trainings).toBe(240);
    expect(raced.trainings).toBeLessThan(120);
    const best = full.trials.findIndex((_, n) => (n * 37) % 60 === 59);
    expect(raced.trials[best]!.status).toBe('completed');
  });
});

describe('a target score', () => {
  test('ends after the first trial by number that reaches it, and so many more', () => {
    const spec = resolvedSpec({
      space,
      crossValidation,
      strategy: { kind: 'random', trials: 100 },
      limits: { targetScore: 0.5, targetLag: 5 },
    });
    const planned = planTrials(spec);
    expect(planned).toMatchObject({ trialsToCome: 94, adaptive: true });
    const { trials } = simulateSearch(
      createSearchPlan(spec, 100),
      ({ proposal }) => (proposal === 20 ? 0.5 : 0.4),
      {
        workers: 7,
        seconds: () => 1,
      },
    );
    expect(trials).toHaveLength(26);
  });
});
