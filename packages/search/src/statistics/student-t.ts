import { exp } from '@holdfast/numeric/exp';
import { log } from '@holdfast/numeric/log';

const PI = 3.141592653589793;
const mostTerms = 10_000;

/** Far below what a term of the fraction could be: keeps a division by zero out of it. */
const tiny = 1e-300;

/** The beta function B(ν/2, ½), from B(½, ½) = π or B(1, ½) = 2 by B(a + 1, ½) = B(a, ½) · a / (a + ½). */
function betaHalf(degrees: number): number {
  const odd = degrees % 2 === 1;
  let beta = odd ? PI : 2;
  for (let a = odd ? 0.5 : 1; a < degrees / 2; a += 1) beta *= a / (a + 0.5);
  return beta;
}

/** The continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method. */
function betaFraction(x: number, a: number, b: number): number {
  let fraction = 1;
  let c = 1;
  let d = 0;
  for (let m = 1; m <= mostTerms; m++) {
    const k = Math.floor(m / 2);
    const numerator = m % 2 === 0 ? k * (b - k) : -(a + k) * (a + b + k);
    const term = (numerator * x) / ((a + m - 1) * (a + m));
    d = 1 + term * d;
    if (Math.abs(d) < tiny) d = tiny;
    d = 1 / d;
    c = 1 + term / c;
    if (Math.abs(c) < tiny) c = tiny;
    fraction *= c * d;
    if (Math.abs(1 - c * d) < 1e-16) break;
  }
  return fraction;
}

/**
 * The probability of a t at least so far from 0, on either side, under Student's distribution: the regularized
 * incomplete beta function I_x(ν/2, ½) at x = ν / (ν + t²) (Abramowitz and Stegun 26.7.1 and 26.5.27), by its continued
 * fraction (DLMF 8.17.22). From operations that IEEE 754 fixes, and our own exp and log; within 1e-12 of its size.
 * @param degrees of freedom ν, a positive integer
 * @throws RangeError for other degrees of freedom, or a t that is not a number
 */
export function studentTwoSided(t: number, degrees: number): number {
  if (!(Number.isInteger(degrees) && degrees > 0))
    throw new RangeError(`Degrees of freedom are a positive integer, not ${degrees}`);
  if (Number.isNaN(t)) throw new RangeError('t is not a number');
  const square = t * t;
  if (square === 0) return 1;
  if (square === Number.POSITIVE_INFINITY) return 0;
  const a = degrees / 2;
  const x = degrees / (degrees + square);
  const rest = square / (degrees + square);
  const density = (exp(a * log(x)) * Math.sqrt(rest)) / betaHalf(degrees);
  // The fraction converges fast on the side of the mean (a + 1) / (a + b + 2) where x is.
  if (x < (a + 1) / (a + 2.5)) return density / betaFraction(x, a, 0.5) / a;
  return 1 - density / betaFraction(rest, 0.5, a) / 0.5;
}

/**
 * The t below which lies the probability `p`, from ½ to less than 1: 0.975 for a 95 % interval. By halving, to the last
 * bit.
 * @throws RangeError for another p
 */
export function studentQuantile(p: number, degrees: number): number {
  if (!(p >= 0.5 && p < 1)) throw new RangeError(`p is from 0.5 to below 1, not ${p}`);
  const tail = 2 * (1 - p);
  let high = 1;
  while (studentTwoSided(high, degrees) > tail) high *= 2;
  let low = 0;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return high;
    if (studentTwoSided(middle, degrees) > tail) low = middle;
    else high = middle;
  }
}
