// ln 2 in two parts: the high one has 32 significant bits, so its product with any exponent is exact.
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const INVERSE_LN2 = 1.4426950408889634;
const OVERFLOW = 709.782712893384;
const UNDERFLOW = -745.1332191019412;

// 1/n! for n = 2 … 14: the Taylor remainder on |r| ≤ ln 2 / 2 is below 2⁻⁵⁸.
const RECIPROCAL_FACTORIALS = reciprocalFactorials(14);

function reciprocalFactorials(last: number): Float64Array {
  const values = new Float64Array(last + 1);
  let factorial = 1;
  for (let n = 0; n <= last; n++) {
    if (n > 0) factorial *= n;
    values[n] = 1 / factorial;
  }
  return values;
}

/** `value · 2^exponent` by exact multiplications; the last one rounds where the result is subnormal. */
export function scaleByPowerOfTwo(value: number, exponent: number): number {
  let scaled = value;
  let rest = exponent;
  while (rest > 1000) {
    scaled *= 1.0715086071862673e301; // 2^1000
    rest -= 1000;
  }
  while (rest < -1000) {
    // Stepping down by 2^53 fewer than the range keeps the value normal until the last product.
    scaled *= 7.571533991467358e-270; // 2^-894
    rest += 894;
  }
  let power = 1;
  const step = rest < 0 ? 0.5 : 2;
  for (let factor = step, bits = rest < 0 ? -rest : rest; bits > 0; bits = Math.floor(bits / 2)) {
    if (bits % 2 === 1) power *= factor;
    factor *= factor;
  }
  return scaled * power;
}

/** e^x − 1 − x for |x| ≤ ln 2 / 2, by Horner's rule. */
function expTail(x: number): number {
  let sum = 0;
  for (let n = RECIPROCAL_FACTORIALS.length - 1; n >= 2; n--) sum = sum * x + RECIPROCAL_FACTORIALS[n]!;
  return sum * x * x;
}

/**
 * e^x in float64, from IEEE 754 operations alone, so equal bits on every machine and engine version.
 * Cody and Waite's reduction `x = n·ln 2 + r`, then a Taylor polynomial. Within 2 units in the last place.
 */
export function exp(x: number): number {
  if (x !== x) return Number.NaN;
  if (x > OVERFLOW) return Number.POSITIVE_INFINITY;
  if (x < UNDERFLOW) return 0;
  const n = Math.round(x * INVERSE_LN2);
  const high = x - n * LN2_HIGH;
  const low = n * LN2_LOW;
  const r = high - low;
  // What the subtraction rounded away.
  const lost = high - r - low;
  return scaleByPowerOfTwo(1 + (r + (lost + expTail(r))), n);
}
