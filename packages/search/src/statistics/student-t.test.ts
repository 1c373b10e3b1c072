import { describe, expect, test } from 'vitest';
import { readFixture } from './read-fixture.suite.ts';
import { studentQuantile, studentTwoSided } from './student-t.ts';

const { tails, quantiles } = readFixture<{
  tails: [t: number, degrees: number, p: number][];
  quantiles: [p: number, degrees: number, t: number][];
}>('student-t');

describe('studentTwoSided', () => {
  test('agrees with the incomplete beta function in 40 digits, far out too', () => {
    for (const [t, degrees, p] of tails) {
      expect(Math.abs(studentTwoSided(t, degrees) / p - 1)).toBeLessThan(1e-11);
      expect(studentTwoSided(-t, degrees)).toBe(studentTwoSided(t, degrees));
    }
  });

  test('has the closed forms of one and two degrees', () => {
    for (const t of [0.001, 0.5, 1, 3, 40]) {
      expect(studentTwoSided(t, 1)).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(t), 13);
      expect(studentTwoSided(t, 2)).toBeCloseTo(1 - t / Math.sqrt(2 + t * t), 13);
    }
  });

  test('has its ends, and refuses what is no t', () => {
    expect(studentTwoSided(0, 4)).toBe(1);
    expect(studentTwoSided(1e200, 4)).toBe(0);
    expect(studentTwoSided(Number.POSITIVE_INFINITY, 4)).toBe(0);
    expect(() => studentTwoSided(Number.NaN, 4)).toThrow(RangeError);
    for (const degrees of [0, -1, 2.5]) expect(() => studentTwoSided(1, degrees)).toThrow(/positive integer/);
  });
});

describe('studentQuantile', () => {
  test('agrees with SciPy', () => {
    for (const [p, degrees, t] of quantiles) {
      expect(Math.abs(studentQuantile(p, degrees) - t)).toBeLessThanOrEqual(1e-9 * Math.max(1, t));
    }
    expect(() => studentQuantile(1, 4)).toThrow(RangeError);
    expect(() => studentQuantile(0.4, 4)).toThrow(RangeError);
  });
});
