import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFixture } from '../statistics/read-fixture.suite.ts';
import { type ComparedFold, compareFolds } from './compare-folds.ts';

const run = (fold: number, accuracy: number | null, more: Partial<ComparedFold> = {}): ComparedFold => ({
  repeat: 0,
  fold,
  state: 'completed',
  validation: { accuracy },
  rows: { training: 80, validation: 20 },
  ...more,
});
const runs = (scores: readonly (number | null)[]) => scores.map((score, fold) => run(fold, score));

describe('compareFolds', () => {
  test('agrees with a test worked out by other means', () => {
    const first = [0.9, 0.85, 0.8, 0.95, 0.9];
    const second = [0.85, 0.85, 0.7, 0.9, 0.75];
    const { test, reason, meanDifference, means } = compareFolds(runs(first), runs(second), 'accuracy');
    expect(reason).toBeNull();
    // By hand: differences 0.05, 0, 0.1, 0.05, 0.15; mean 0.07; squares about it 0.0004 + 0.0049 + 0.0009 + 0.0004 +
    // 0.0064 = 0.013, so s² = 0.00325; with 1/5 + 20/80 = 0.45 the squared error is 0.0014625 and t² = 0.0049 / 0.0014625.
    expect(means[0]).toBeCloseTo(0.88, 14);
    expect(means[1]).toBeCloseTo(0.81, 14);
    expect(meanDifference).toBeCloseTo(0.07, 14);
    expect(test).toMatchObject({
      kind: 'correctedResampledT',
      correction: { validationRows: 100, trainingRows: 400, ratio: 0.25 },
      degreesOfFreedom: 4,
    });
    expect(test!.standardError).toBeCloseTo(Math.sqrt(0.0014625), 14);
    expect(test!.t).toBeCloseTo(Math.sqrt(0.0049 / 0.0014625), 12);
    // Four degrees have a closed form (Abramowitz and Stegun 26.7.4): P(|T| < t) = sin θ·(1 + cos²θ / 2), tan θ = t / 2.
    const angle = Math.atan(Math.sqrt(0.0049 / 0.0014625) / 2);
    expect(test!.pValue).toBeCloseTo(1 - Math.sin(angle) * (1 + Math.cos(angle) ** 2 / 2), 12);
    // The 97.5 % quantile of four degrees is 2.7764451052.
    expect(test!.interval[0]).toBeCloseTo(0.07 - 2.7764451052 * Math.sqrt(0.0014625), 10);
    expect(test!.interval[1]).toBeCloseTo(0.07 + 2.7764451052 * Math.sqrt(0.0014625), 10);
  });

  test('swapping the trials negates the difference, and nothing else', () => {
    const scores = fc.array(fc.tuple(fc.double({ min: 0, max: 1 }), fc.double({ min: 0, max: 1 })), {
      minLength: 2,
      maxLength: 12,
    });
    fc.assert(
      fc.property(scores, (pairs) => {
        const numbers = pairs.map(([a, b]) => [a || 0, b || 0] as const);
        const first = runs(numbers.map(([a]) => a));
        const second = runs(numbers.map(([, b]) => b));
        const there = compareFolds(first, second, 'accuracy');
        // The order of the fold runs does not matter either.
        const back = compareFolds(second.toReversed(), first, 'accuracy');
        expect(back.means).toEqual(there.means.toReversed());
        expect(back.meanDifference! + there.meanDifference!).toBe(0);
        expect(back.reason).toBe(there.reason);
        expect(back.test === null).toBe(there.test === null);
        if (there.test === null) return;
        const { t, interval, ...same } = there.test;
        expect(back.test).toMatchObject(same);
        expect(back.test!.t + t).toBe(0);
        expect([back.test!.interval[0] + interval[1], back.test!.interval[1] + interval[0]]).toEqual([0, 0]);
      }),
    );
  });

  test('the interval holds 0 where the p-value is above 5 %, and only there', () => {
    const scores = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 })), {
      minLength: 2,
      maxLength: 10,
    });
    fc.assert(
      fc.property(scores, (pairs) => {
        const [first, second] = [runs(pairs.map(([a]) => a / 40)), runs(pairs.map(([, b]) => b / 40))];
        const { test } = compareFolds(first, second, 'accuracy');
        if (test === null || Math.abs(test.pValue - 0.05) < 1e-9) return;
        expect(test.interval[0] <= 0 && test.interval[1] >= 0).toBe(test.pValue > 0.05);
      }),
    );
  });

  test('takes the folds that both have finished', () => {
    const first = [run(0, 0.5), run(1, 0.7), run(2, 0.9), run(0, 0.6, { repeat: 1 })];
    const second = [run(2, 0.8), run(1, 0.4), run(0, 0.3, { state: 'cancelled' })];
    const { folds, test } = compareFolds(first, second, 'accuracy');
    expect(folds.map(({ repeat, fold, scores }) => [repeat, fold, scores])).toEqual([
      [0, 1, [0.7, 0.4]],
      [0, 2, [0.9, 0.8]],
    ]);
    expect(test?.degreesOfFreedom).toBe(1);
  });

  test('has no test, and a reason, where none is defined', () => {
    const untested = (first: ComparedFold[], second: ComparedFold[]) => {
      const { test, reason } = compareFolds(first, second, 'accuracy');
      expect(test).toBeNull();
      return reason;
    };
    expect(untested([], [])).toMatch(/there are 0/);
    expect(untested(runs([0.5, 0.6]), runs([0.4]))).toMatch(/there is 1/);
    expect(untested(runs([0.5, 0.6, null]), runs([0.4, 0.5, 0.5]))).toMatch(/repeat 0, fold 2/);
    // Equal but for rounding: 0.9 − 0.8 ≠ 0.3 − 0.2 in doubles.
    expect(untested(runs([0.9, 0.3]), runs([0.8, 0.2]))).toMatch(/same on every fold/);
    expect(untested(runs([0.5, 0.6]), runs([0.5, 0.6]))).toMatch(/same on every fold/);
    expect(untested(runs([1.7e308, -1.7e308]), runs([-1.7e308, 1.7e308]))).toMatch(/too large/);
  });
});

interface Case {
  folds: number;
  training: number;
  validation: number;
  first: number[];
  second: number[];
  meanDifference: number;
  standardError: number;
  t: number;
  pValue: number;
  interval: [number, number];
}

test.each(readFixture<Case[]>('comparisons'))('agrees with SciPy on $first.length folds', (expected) => {
  const { folds, training, validation } = expected;
  const runsOf = (scores: number[]) =>
    scores.map((score, n) =>
      run(n % folds, score, { repeat: Math.floor(n / folds), rows: { training, validation } }),
    );
  const found = compareFolds(runsOf(expected.first), runsOf(expected.second), 'accuracy');
  expect(found.meanDifference).toBeCloseTo(expected.meanDifference, 12);
  for (const name of ['standardError', 't', 'pValue'] as const)
    expect(Math.abs(found.test![name] / expected[name] - 1)).toBeLessThan(1e-9);
  for (const end of [0, 1] as const) expect(found.test!.interval[end]).toBeCloseTo(expected.interval[end], 9);
});
