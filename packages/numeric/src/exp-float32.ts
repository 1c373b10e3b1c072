const round = Math.fround;

/** Arguments are clamped to ±40: e^±40 is a normal float32, so no kernel meets a subnormal number. */
const EXP_FLOAT32_BOUND = 40;

const LOG2_E = round(1.4426950216293335);
// ln 2 = 0.693115234375 (12 bits, so its products with n are exact) + the rest.
const LN2_HIGH = round(0.693115234375);
const LN2_LOW = round(3.194618329871446e-5);
// Adding and subtracting 1.5·2^23 rounds to the nearest integer, ties to even, as f32x4.nearest does.
const ROUNDER = 12582912;
// (e^r − 1 − r) / r² on |r| ≤ ln 2 / 2, fitted to the smallest largest error (3·10⁻⁹ of e^r).
const C2 = round(0.5);
const C3 = round(0.166665181517601);
const C4 = round(0.04166620597243309);
const C5 = round(0.008368882350623608);
const C6 = round(0.0013950476422905922);

const LOWEST_POWER = -60;
const powersOfTwo = new Float32Array(2 * -LOWEST_POWER + 1);
for (let n = 0; n < powersOfTwo.length; n++) {
  let power = 1;
  for (let k = Math.abs(n + LOWEST_POWER); k > 0; k--) power *= n + LOWEST_POWER < 0 ? 0.5 : 2;
  powersOfTwo[n] = power;
}

/**
 * e^x in float32: every operation is rounded to float32 by itself, in the order written, so that a 128-bit
 * SIMD kernel gives the same bits. The argument (a float32) is clamped to ±40 first; NaN stays NaN. Within
 * 2 units in the last place of float32.
 */
export function expFloat32(x: number): number {
  if (x !== x) return Number.NaN;
  let clamped = x < -EXP_FLOAT32_BOUND ? -EXP_FLOAT32_BOUND : x;
  clamped = clamped > EXP_FLOAT32_BOUND ? EXP_FLOAT32_BOUND : clamped;
  const n = round(round(round(clamped * LOG2_E) + ROUNDER) - ROUNDER);
  const r = round(round(clamped - round(n * LN2_HIGH)) - round(n * LN2_LOW));
  let p = round(round(C6 * r) + C5);
  p = round(round(p * r) + C4);
  p = round(round(p * r) + C3);
  p = round(round(p * r) + C2);
  p = round(round(round(p * r) * r) + r);
  return round(round(p + 1) * powersOfTwo[n - LOWEST_POWER]!);
}
