/** Powers of ten that a float64 holds exactly. */
const powersOfTen = Float64Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));

/** Splits a float64 into two of 26 bits (Dekker 1971). */
const splitter = 134217729;
/** Far above the error of the quotient's second part, far below what most numbers are away from a tie. */
const doubt = 2 ** -44;

/**
 * The float64 nearest to `(high · 10^lowDigits + low) / 10^fraction`, or NaN where this way cannot tell: there the quotient is too
 * near to the middle between two of them. One division rounds, so a second one is made of its remainder, which is known exactly
 * (Dekker, "A floating-point technique for extending the available precision", Numerische Mathematik 18, 1971); the sum of both is
 * right where a little more or less of the second rounds to the same (Ziv, ACM TOMS 17, 1991).
 * @param high a whole number below 10^15
 * @param low a whole number of `lowDigits` digits, 5 at most
 * @param fraction from 0 to 22
 */
export function nearestDecimal(high: number, low: number, lowDigits: number, fraction: number): number {
  const divisor = powersOfTen[fraction]!;
  if (lowDigits === 0) return high / divisor;
  const shift = powersOfTen[lowDigits]!;
  // The whole number as the unevaluated sum of two.
  const product = high * shift;
  const head = product + low;
  const tail = low - (head - product) + productError(high, shift, product);
  const quotient = head / divisor;
  const back = quotient * divisor;
  const remainder = head - back - productError(quotient, divisor, back) + tail;
  const second = remainder / divisor;
  const margin = Math.abs(second) * doubt;
  const nearest = quotient + second;
  return quotient + (second - margin) === nearest && quotient + (second + margin) === nearest
    ? nearest
    : Number.NaN;
}

/** What rounding took from a product, exactly. */
function productError(a: number, b: number, product: number): number {
  const aScaled = splitter * a;
  const aHigh = aScaled - (aScaled - a);
  const aLow = a - aHigh;
  const bScaled = splitter * b;
  const bHigh = bScaled - (bScaled - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}
