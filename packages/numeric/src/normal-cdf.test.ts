import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalQuantile } from './normal.ts';
import { normalCdf } from './normal-cdf.ts';

test('agrees with tabled values', () => {
  // scipy.stats.norm.cdf, SciPy 1.17.1.
  const table: [number, number][] = [
    [-20, 2.7536241186061556e-89],
    [-8, 6.22096057427174e-16],
    [-7.1, 6.237844463331586e-13],
    [-7, 1.279812543885835e-12],
    [-3.5, 0.00023262907903552502],
    [-1, 0.15865525393145707],
    [-0.1, 0.460172162722971],
    [0.25, 0.5987063256829237],
    [1.5, 0.9331927987311419],
    [2, 0.9772498680518208],
    [6, 0.9999999990134123],
  ];
  for (const [z, p] of table) {
    expect(Math.abs(normalCdf(z) - p)).toBeLessThan(1e-15);
    expect(Math.abs(normalCdf(z) / p - 1)).toBeLessThan(1e-8);
  }
});

test('is the inverse of the quantile', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true }), (p) => {
      expect(Math.abs(normalCdf(normalQuantile(p)) - p)).toBeLessThan(1e-13);
    }),
  );
});

test('has its limits', () => {
  expect([normalCdf(-40), normalCdf(40), normalCdf(0)]).toEqual([0, 1, 0.5]);
});
