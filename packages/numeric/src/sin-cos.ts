// π/2 in three parts of 33, 33 and 53 bits: a multiple below 2^20 of the first two is exact.
const HALF_PI_HIGH = 1.5707963267341256;
const HALF_PI_MIDDLE = 6.077100506303966e-11;
const HALF_PI_LOW = 2.0222662487959506e-21;
const TWO_OVER_PI = 0.6366197723675814;
const LARGEST = 1_000_000;

const reduced = { quadrant: 0, high: 0, low: 0 };

function reduce(x: number): void {
  if (!(Math.abs(x) <= LARGEST)) throw new RangeError(`sin and cos take angles within ±${LARGEST}, not ${x}`);
  const n = Math.round(x * TWO_OVER_PI);
  const first = x - n * HALF_PI_HIGH;
  const second = n * HALF_PI_MIDDLE;
  const head = first - second;
  const tail = first - head - second - n * HALF_PI_LOW;
  reduced.high = head + tail;
  reduced.low = head - reduced.high + tail;
  reduced.quadrant = ((n % 4) + 4) % 4;
}

/** sin(r + low) for |r| ≤ π/4 by its Taylor series; the remainder is below 2⁻⁶⁰. */
function sinKernel(r: number, low: number): number {
  const squared = r * r;
  let sum = 0;
  for (let n = 19; n >= 3; n -= 2) sum = (1 - sum) * (squared / ((n - 1) * n));
  return r + (low - r * sum);
}

/** cos(r + low) for |r| ≤ π/4, likewise. */
function cosKernel(r: number, low: number): number {
  const squared = r * r;
  let sum = 0;
  for (let n = 20; n >= 4; n -= 2) sum = (1 - sum) * (squared / ((n - 1) * n));
  const half = 0.5 * squared;
  const head = 1 - half;
  return head + (1 - head - half + (half * sum - r * low));
}

function atQuadrant(quadrant: number): number {
  const { high, low } = reduced;
  const value = quadrant % 2 === 0 ? sinKernel(high, low) : cosKernel(high, low);
  return quadrant >= 2 ? -value : value;
}

/**
 * Sine of an angle in radians, in float64, from IEEE 754 operations alone; absolute error below 2⁻⁵².
 * @throws RangeError beyond ±1,000,000, where the reduction would lose bits.
 */
export function sin(x: number): number {
  reduce(x);
  return atQuadrant(reduced.quadrant);
}

/** Cosine, as {@link sin}. */
export function cos(x: number): number {
  reduce(x);
  return atQuadrant((reduced.quadrant + 1) % 4);
}
