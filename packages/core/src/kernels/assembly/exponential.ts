/**
 * e^x of four float32 at once, operation by operation as in packages/numeric/src/exp-float32.ts, which says where
 * the constants come from.
 */
export function exponential(x: v128): v128 {
  // min and max are the ones of C's `a < b ? a : b`, so that NaN stays NaN.
  let bounded = f32x4.pmax(x, f32x4.splat(-40));
  bounded = f32x4.pmin(bounded, f32x4.splat(40));
  const rounder = f32x4.splat(12582912);
  const rounded = f32x4.add(f32x4.mul(bounded, f32x4.splat(1.4426950216293335)), rounder);
  const n = f32x4.sub(rounded, rounder);
  const r = f32x4.sub(
    f32x4.sub(bounded, f32x4.mul(n, f32x4.splat(0.693115234375))),
    f32x4.mul(n, f32x4.splat(3.194618329871446e-5)),
  );
  let p = f32x4.add(f32x4.mul(f32x4.splat(0.0013950476422905922), r), f32x4.splat(0.008368882350623608));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.04166620597243309));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.166665181517601));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.5));
  p = f32x4.add(f32x4.mul(f32x4.mul(p, r), r), r);
  // 2^n from its bits: the lowest of `rounded` are those of n, and |n| ≤ 58.
  const power = i32x4.add(i32x4.shl(rounded, 23), i32x4.splat(0x3f800000));
  return f32x4.mul(f32x4.add(p, f32x4.splat(1)), power);
}
