/** The largest float32: an activation that overflows stays finite. */
export const LARGEST: f32 = 3.4028234663852886e38;

/** ReLU in place, `z > 0 ? z : 0` and at most the largest float32, over one panel [rows][8]; NaN becomes 0. */
export function reluPanel(z: usize, rows: i32): void {
  const zero = f32x4.splat(0);
  const largest = f32x4.splat(LARGEST);
  const end = z + ((<usize>rows) << 5);
  let at = z;
  do {
    v128.store(at, f32x4.pmin(f32x4.pmax(zero, v128.load(at)), largest));
    v128.store(at, f32x4.pmin(f32x4.pmax(zero, v128.load(at, 16)), largest), 16);
    at += 32;
  } while (at < end);
}

/**
 * The gradient behind a ReLU and its dropout, over one panel [rows][8]: where the output `h` is 0, by either, the
 * gradient is 0. It takes the place of h; no mask needs to be stored.
 */
export function maskPanel(gradient: usize, h: usize, rows: i32): void {
  const zero = f32x4.splat(0);
  const step = gradient - h;
  const end = h + ((<usize>rows) << 5);
  let at = h;
  do {
    const from = at + step;
    const low = f32x4.gt(v128.load(at), zero);
    const high = f32x4.gt(v128.load(at, 16), zero);
    v128.store(at, v128.and(low, v128.load(from)));
    v128.store(at, v128.and(high, v128.load(from, 16)), 16);
    at += 32;
  } while (at < end);
}
