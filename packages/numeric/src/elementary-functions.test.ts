import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exp, scaleByPowerOfTwo } from './exp.ts';
import { log } from './log.ts';
import { pow, powInteger } from './pow.ts';
import { cos, sin } from './sin-cos.ts';

/** Distance in units in the last place of a normal float64. */
function ulps(actual: number, expected: number): number {
  return Math.abs(actual - expected) / (Math.abs(expected) * 2 ** -52);
}

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });

describe('exp', () => {
  test('lies within 2 ulp of the platform', () => {
    fc.assert(
      fc.property(between(-700, 700), (x) => ulps(exp(x), Math.exp(x)) <= 2),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(between(-1, 1), (x) => ulps(exp(x), Math.exp(x)) <= 2),
      { numRuns: 2000 },
    );
  });
  test('ends of the range', () => {
    expect(exp(0)).toBe(1);
    expect(exp(710)).toBe(Number.POSITIVE_INFINITY);
    expect(exp(-746)).toBe(0);
    expect(exp(-745)).toBe(5e-324);
    expect(exp(-720) / 2.0322308024e-313).toBeCloseTo(1, 9);
    expect(exp(Number.NaN)).toBeNaN();
    expect(exp(Number.NEGATIVE_INFINITY)).toBe(0);
  });
  test('scaling by powers of two is exact', () => {
    for (const n of [-1074, -1022, -500, -1, 0, 1, 512, 1023]) expect(scaleByPowerOfTwo(1, n)).toBe(2 ** n);
  });
});

describe('log', () => {
  test('lies within 2 ulp of the platform', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 5e-324, max: 1.7e308, noNaN: true }),
        (x) => x === 1 || ulps(log(x), Math.log(x)) <= 2,
      ),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(between(0.5, 2), (x) => x === 1 || ulps(log(x), Math.log(x)) <= 2),
      { numRuns: 2000 },
    );
  });
  test('ends of the range', () => {
    expect(log(1)).toBe(0);
    expect(log(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(log(-1)).toBeNaN();
    expect(log(Number.NaN)).toBeNaN();
    expect(log(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('sin and cos', () => {
  test('lie within 2⁻⁵² of the platform', () => {
    fc.assert(
      fc.property(between(-1000, 1000), (x) => {
        expect(Math.abs(sin(x) - Math.sin(x))).toBeLessThanOrEqual(2 ** -52);
        expect(Math.abs(cos(x) - Math.cos(x))).toBeLessThanOrEqual(2 ** -52);
      }),
      { numRuns: 2000 },
    );
    expect(sin(Math.PI)).toBe(Math.sin(Math.PI));
    expect(sin(999_999.5)).toBeCloseTo(Math.sin(999_999.5), 14);
  });
  test('refuse angles beyond a million', () => {
    expect(() => sin(1_000_001)).toThrow(RangeError);
    expect(() => cos(Number.NaN)).toThrow(RangeError);
  });
});

describe('pow', () => {
  test('lies within 4 ulp of the platform', () => {
    fc.assert(
      fc.property(between(1e-3, 1e3), between(-40, 40), (x, y) => ulps(pow(x, y), x ** y) <= 4),
      { numRuns: 3000 },
    );
  });
  test('special values', () => {
    expect(pow(0, 2)).toBe(0);
    expect(pow(0, -1)).toBe(Number.POSITIVE_INFINITY);
    expect(pow(-2, 3)).toBe(-8);
    expect(pow(-2, 0.5)).toBeNaN();
    expect(pow(5, 0)).toBe(1);
    expect(pow(0.5, Number.POSITIVE_INFINITY)).toBe(0);
    expect(pow(10, 400)).toBe(Number.POSITIVE_INFINITY);
  });
  test('integer powers by squaring', () => {
    expect(powInteger(3, 5)).toBe(243);
    expect(powInteger(0.5, 10)).toBe(2 ** -10);
    expect(powInteger(0.9, 0)).toBe(1);
    expect(powInteger(0.999, 10_000)).toBeCloseTo(0.999 ** 10_000, 16);
  });
});

test('the bits are these on every machine and engine version', () => {
  // FNV-1a over the bytes of a grid of results.
  const values = new Float64Array(4000);
  for (let i = 0; i < 1000; i++) {
    const x = (i - 500) * 0.731;
    values.set(
      [exp(x / 2), log(Math.abs(x) + 1e-3), sin(x) + 2 * cos(x), pow(1.0371 + i / 300, x / 20)],
      4 * i,
    );
  }
  let hash = 0x811c9dc5;
  for (const byte of new Uint8Array(values.buffer)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  expect(hash.toString(16)).toBe('874903ae');
});
