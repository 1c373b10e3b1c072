import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { normal } from '@holdfast/numeric/normal';
import { createStream } from '@holdfast/numeric/stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { finish } from './finish.suite.ts';
import { winnersLuck } from './winners-luck.ts';

const luckOf = (points: readonly number[], resampled: readonly Float64Array[]) =>
  finish(winnersLuck(points, resampled));

describe('the luck of a winner', () => {
  test('is none of one alone, nor of one that always wins', () => {
    expect(luckOf([0.4], [Float64Array.of(0.1, 0.9, 0.4)])).toBe(0);
    expect(luckOf([0.4, 10], [Float64Array.of(0.1, 0.9), Float64Array.of(9, 10.5)])).toBe(0);
  });

  test('is never negative', () => {
    const score = fc.double({ min: -1, max: 1, noNaN: true });
    const board = fc
      .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 5 }))
      .chain(([trials, resamples]) =>
        fc.array(
          fc.tuple(
            score,
            fc.array(fc.oneof(score, fc.constant(Number.NaN)), {
              minLength: resamples,
              maxLength: resamples,
            }),
          ),
          { minLength: trials, maxLength: trials },
        ),
      );
    fc.assert(
      fc.property(board, (trials) => {
        const points = trials.map(([point]) => point);
        const resampled = trials.map(([, scores]) => Float64Array.from(scores));
        expect(luckOf(points, resampled) ?? 0).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 300 },
    );
  });

  test('is not known where nothing is', () => {
    expect(luckOf([1], [Float64Array.of(Number.NaN)])).toBeNull();
    expect(luckOf([], [])).toBeNull();
    // One that is not defined does not win.
    expect(luckOf([1, 2], [Float64Array.of(1), Float64Array.of(Number.NaN)])).toBe(1);
  });

  test.each([0, 1, 2, 4])('is what it is in truth, to a fifth, where truths spread by %d', (spread) => {
    const [boards, trials, resamples] = [400, 12, 60];
    const stream = createStream(deriveSeed(spread, 'luck'), 'sampling');
    let next = 0;
    const draw = () => normal(stream, next++);
    let luck = 0;
    let found = 0;
    for (let board = 0; board < boards; board++) {
      const points = Array.from({ length: trials }, () => spread * draw() + draw());
      const resampled = points.map((point) => Float64Array.from({ length: resamples }, () => point + draw()));
      // What of a score is no truth, on average over all truths that could have given it.
      luck += Math.max(...points) / (1 + spread * spread);
      found += luckOf(points, resampled)!;
    }
    expect(Math.abs(found - luck) / luck).toBeLessThan(0.2);
  });
});
