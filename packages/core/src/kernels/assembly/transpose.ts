/**
 * Between the two forms of a layer's weights: panels [units / 8][inputs, padded to 8][8], lanes are units, and
 * transposed panels [inputs / 8][units, padded to 8][8], lanes are inputs. Both are padded to tiles of 8 × 8, and a
 * tile is transposed in registers.
 */
function transposeTile(from: usize, to: usize): void {
  transposeQuarter(from, to);
  transposeQuarter(from + 128, to + 16);
  transposeQuarter(from + 16, to + 128);
  transposeQuarter(from + 144, to + 144);
}

/** 4 × 4 numbers, in rows of 32 bytes; also in place. */
export function transposeQuarter(from: usize, to: usize): void {
  const a = v128.load(from);
  const b = v128.load(from, 32);
  const c = v128.load(from, 64);
  const d = v128.load(from, 96);
  const abLow = i32x4.shuffle(a, b, 0, 4, 1, 5);
  const abHigh = i32x4.shuffle(a, b, 2, 6, 3, 7);
  const cdLow = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const cdHigh = i32x4.shuffle(c, d, 2, 6, 3, 7);
  v128.store(to, i64x2.shuffle(abLow, cdLow, 0, 2));
  v128.store(to, i64x2.shuffle(abLow, cdLow, 1, 3), 32);
  v128.store(to, i64x2.shuffle(abHigh, cdHigh, 0, 2), 64);
  v128.store(to, i64x2.shuffle(abHigh, cdHigh, 1, 3), 96);
}

/**
 * One panel of the other form.
 * @param from panels [outer][8 · inner][8]
 * @param panel its number, from 0 to inner − 1
 * @param to panels [inner][8 · outer][8]
 */
export function transposePanel(from: usize, outer: i32, inner: i32, panel: i32, to: usize): void {
  for (let o = 0; o < outer; o++)
    transposeTile(from + ((<usize>(o * inner + panel)) << 8), to + ((<usize>(panel * outer + o)) << 8));
}
