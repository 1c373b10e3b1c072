const round = Math.fround;

const bits = new Int32Array(1);
const float = new Float32Array(bits.buffer);

const SQRT_HALF_BITS = 0x3f3504f3;
const LN2_HIGH = round(0.693115234375);
const LN2_LOW = round(3.194618329871446e-5);
// (log(1+f) − f + f²/2) / f³ on [√½ − 1, √2 − 1], fitted to the smallest largest error (7·10⁻¹⁰).
const COEFFICIENTS = Float32Array.of(
  0.06915365904569626,
  -0.11789806187152863,
  0.11872976273298264,
  -0.1238434836268425,
  0.14218658208847046,
  -0.16669251024723053,
  0.20002226531505585,
  -0.24999986588954926,
  0.3333331048488617,
);

/**
 * Natural logarithm of a positive normal float32, in float32: every operation is rounded to float32 by
 * itself, in the order written, so that a SIMD kernel gives the same bits. The losses take it of clipped
 * probabilities, 1e-7 to 1 − 1e-7. Within 2 units in the last place; NaN stays NaN.
 * Zero, negative, subnormal and infinite arguments are outside its domain and give NaN.
 */
export function logFloat32(x: number): number {
  if (!(x >= 1.1754943508222875e-38 && x <= 3.4028234663852886e38)) return Number.NaN;
  float[0] = x;
  const shifted = bits[0]! - SQRT_HALF_BITS;
  const exponent = shifted >> 23;
  bits[0] = (shifted & 0x7fffff) + SQRT_HALF_BITS;
  const f = round(float[0]! - 1);
  let p = COEFFICIENTS[0]!;
  for (let i = 1; i < COEFFICIENTS.length; i++) p = round(round(p * f) + COEFFICIENTS[i]!);
  const square = round(f * f);
  let tail = round(round(p * f) * square);
  tail = round(tail + round(exponent * LN2_LOW));
  tail = round(tail - round(0.5 * square));
  return round(round(f + tail) + round(exponent * LN2_HIGH));
}
