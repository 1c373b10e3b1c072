/**
 * The natural logarithm of four positive normal float32 at once, or NaN of NaN, operation by operation as in
 * packages/numeric/src/log-float32.ts, which says where the constants come from.
 */
export function logarithm(x: v128): v128 {
  const shifted = i32x4.sub(x, i32x4.splat(0x3f3504f3));
  const exponent = f32x4.convert_i32x4_s(i32x4.shr_s(shifted, 23));
  const mantissa = i32x4.add(v128.and(shifted, i32x4.splat(0x7fffff)), i32x4.splat(0x3f3504f3));
  const f = f32x4.sub(mantissa, f32x4.splat(1));
  let p = f32x4.add(f32x4.mul(f32x4.splat(0.06915365904569626), f), f32x4.splat(-0.11789806187152863));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(0.11872976273298264));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-0.1238434836268425));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(0.14218658208847046));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-0.16669251024723053));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(0.20002226531505585));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-0.24999986588954926));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(0.3333331048488617));
  const square = f32x4.mul(f, f);
  let tail = f32x4.mul(f32x4.mul(p, f), square);
  tail = f32x4.add(tail, f32x4.mul(exponent, f32x4.splat(3.194618329871446e-5)));
  tail = f32x4.sub(tail, f32x4.mul(f32x4.splat(0.5), square));
  const sum = f32x4.add(f32x4.add(f, tail), f32x4.mul(exponent, f32x4.splat(0.693115234375)));
  return v128.bitselect(sum, x, f32x4.eq(x, x));
}
