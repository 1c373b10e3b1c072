import { exp } from './exp.ts';

const NUMERATOR = [
  220.206867912376, 221.213596169931, 112.079291497871, 33.912866078383, 6.37396220353165, 0.700383064443688,
  3.52624965998911e-2,
];
const DENOMINATOR = [
  440.413735824752, 793.826512519948, 637.333633378831, 296.564248779674, 86.7807322029461, 16.064177579207,
  1.75566716318264, 8.83883476483184e-2,
];

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + coefficients[i]!;
  return sum;
}

/**
 * The probability below z under N(0, 1): within 1e-15, far below 0 within 1e-8 of its size.
 * Source: Hart and others, "Computer Approximations" (1968), algorithm 5666, in the form of West, "Better approximations
 * to cumulative normal functions", Wilmott (2005).
 */
export function normalCdf(z: number): number {
  const size = Math.abs(z);
  let tail = 0;
  if (size <= 37) {
    const density = exp((-size * size) / 2);
    if (size < 7.07106781186547) {
      tail = (density * polynomial(NUMERATOR, size)) / polynomial(DENOMINATOR, size);
    } else {
      let fraction = size + 0.65;
      for (let k = 4; k >= 1; k--) fraction = size + k / fraction;
      tail = density / fraction / 2.506628274631;
    }
  }
  return z > 0 ? 1 - tail : tail;
}
