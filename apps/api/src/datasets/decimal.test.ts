import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearestDecimal } from './decimal.ts';

/** A decimal's digits as the scanner divides them. */
function read(digits: string, fraction: number): number {
  const high = digits.slice(0, 15);
  const low = digits.slice(15);
  return nearestDecimal(Number(high), Number(low || '0'), low.length, fraction);
}

const digits = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.array(fc.nat(9), { minLength: 0, maxLength: 19 }))
  .map(([first, rest]) => [first, ...rest].join(''));

test('is the float64 that JavaScript reads, or none', () => {
  let unknown = 0;
  const numRuns = 20_000;
  fc.assert(
    fc.property(digits, fc.nat(22), (text, fraction) => {
      const value = read(text, fraction);
      if (Number.isNaN(value)) unknown++;
      else expect(value).toBe(Number(`${text}e-${fraction}`));
    }),
    { numRuns },
  );
  expect(unknown).toBeLessThan(numRuns / 100);
});

test('is so of what other programs write of a float64', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-4, max: 1e9, noNaN: true }), (value) => {
      const [whole, decimals = ''] = String(value).split('.');
      const text = (whole + decimals).replace(/^0+/, '');
      if (String(value).includes('e') || text.length > 20) return;
      const got = read(text, decimals.length);
      if (!Number.isNaN(got)) expect(got).toBe(value);
    }),
    { numRuns: 20_000 },
  );
});

test('says that it cannot tell in the middle between two', () => {
  // 2^53 + 1, and the same with a fraction that is far from it or not.
  expect(read('9007199254740993', 0)).toBeNaN();
  expect(read('90071992547409930', 1)).toBeNaN();
  expect(read('90071992547409931', 1)).toBe(9007199254740994);
});
