import { exp } from './exp.ts';
import { logSeries, splitMantissa } from './log.ts';

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const SPLITTER = 134217729; // 2^27 + 1, Veltkamp's

const parts = new Float64Array(2);

/** What `a · b` loses by rounding, exactly (Dekker 1971). */
function productError(a: number, b: number, product: number): number {
  const scaledA = a * SPLITTER;
  const aHigh = scaledA - (scaledA - a);
  const aLow = a - aHigh;
  const scaledB = b * SPLITTER;
  const bHigh = scaledB - (scaledB - b);
  const bLow = b - bHigh;
  return aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow;
}

/**
 * `base^exponent` in float64 for base ≥ 0, from IEEE 754 operations alone: the logarithm is carried in two
 * float64, so the error stays within a few units in the last place. A negative base gives NaN unless the
 * exponent is an integer.
 */
export function pow(base: number, exponent: number): number {
  if (exponent === 0 || base === 1) return 1;
  if (base !== base || exponent !== exponent) return Number.NaN;
  if (base < 0) {
    if (Math.floor(exponent) !== exponent) return Number.NaN;
    const size = pow(-base, exponent);
    return exponent % 2 === 0 ? size : -size;
  }
  if (base === 0) return exponent > 0 ? 0 : Number.POSITIVE_INFINITY;
  if (base === Number.POSITIVE_INFINITY) return exponent > 0 ? base : 0;
  if (!Number.isFinite(exponent)) return base > 1 === exponent > 0 ? Number.POSITIVE_INFINITY : 0;

  splitMantissa(base, parts);
  const power = parts[1]!;
  const f = parts[0]! - 1;
  const sum = 2 + f;
  const s = f / sum;
  const product = s * sum;
  const sLow = (f - product - productError(s, sum, product) - s * (2 - sum + f)) / sum;
  const leading = power * LN2_HIGH + 2 * s;
  const lost = power * LN2_HIGH - leading + 2 * s;
  const low = lost + (2 * sLow + (s * logSeries(s * s) + power * LN2_LOW));
  const high = leading + low;
  const highLow = leading - high + low;

  const scaled = exponent * high;
  if (!(Math.abs(scaled) < 800)) return exp(scaled);
  const correction = productError(exponent, high, scaled) + exponent * highLow;
  const value = exp(scaled);
  return value === 0 || value === Number.POSITIVE_INFINITY ? value : value + value * correction;
}

/** `base^count` for an integer count ≥ 0 by repeated squaring. */
export function powInteger(base: number, count: number): number {
  let result = 1;
  let square = base;
  for (let rest = count; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}
