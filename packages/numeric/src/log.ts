const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const SQRT2 = 1.4142135623730951;

const words = new Uint32Array(2);
const float = new Float64Array(words.buffer);
// Typed arrays follow the machine's byte order; the high word is found by looking.
float[0] = 1;
const HIGH = words[1] === 0x3ff00000 ? 1 : 0;

/**
 * A positive finite number as `mantissa · 2^exponent` with the mantissa in [√½, √2). Writes into `parts`
 * `[mantissa, exponent]`.
 */
export function splitMantissa(x: number, parts: Float64Array): void {
  let value = x;
  let exponent = 0;
  if (value < 2.2250738585072014e-308) {
    value *= 18014398509481984; // 2^54 lifts a subnormal into the normal range
    exponent = -54;
  }
  float[0] = value;
  const high = words[HIGH]!;
  exponent += (high >>> 20) - 1023;
  words[HIGH] = (high & 0xfffff) | 0x3ff00000;
  let mantissa = float[0]!;
  if (mantissa >= SQRT2) {
    mantissa /= 2;
    exponent += 1;
  }
  parts[0] = mantissa;
  parts[1] = exponent;
}

/** The series `2/3·s² + 2/5·s⁴ + …` of `log((1+s)/(1−s)) / s − 2`, for |s| ≤ 0.1716. */
export function logSeries(squared: number): number {
  let sum = 0;
  for (let n = 27; n >= 3; n -= 2) sum = (sum + 2 / n) * squared;
  return sum;
}

const parts = new Float64Array(2);

/**
 * Natural logarithm in float64, from IEEE 754 operations alone: `log x = e·ln 2 + log m`, and `log m` by the
 * series of the inverse hyperbolic tangent. Within 2 units in the last place. `log(0)` is −∞, of a negative NaN.
 */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  splitMantissa(x, parts);
  const exponent = parts[1]!;
  const f = parts[0]! - 1;
  const s = f / (2 + f);
  const halfSquare = 0.5 * f * f;
  // 2s = f − s·f, rearranged so that the exact f carries the leading bits.
  const tail = s * (halfSquare + logSeries(s * s));
  if (exponent === 0) return f - (halfSquare - tail);
  return exponent * LN2_HIGH - (halfSquare - (tail + exponent * LN2_LOW) - f);
}
