/**
 * Between the forms of a layer's weights: panels [units / 8][inputs, padded to 8][8], lanes are units, and
 * transposed panels [inputs / 8][units, padded to 8][8], lanes are inputs. Both are padded to tiles of 8 × 8, and a
 * tile is transposed in registers. For the kernels of sparse-product.ts four panels lie side by side, as one of 32.
 */
function transposeTile(from: usize, fromRow: usize, to: usize, toRow: usize): void {
  transposeQuarter(from, fromRow, to, toRow);
  transposeQuarter(from + (fromRow << 2), fromRow, to + 16, toRow);
  transposeQuarter(from + 16, fromRow, to + (toRow << 2), toRow);
  transposeQuarter(from + (fromRow << 2) + 16, fromRow, to + (toRow << 2) + 16, toRow);
}

/** 4 × 4 numbers, in rows of so many bytes; also in place. */
export function transposeQuarter(from: usize, fromRow: usize, to: usize, toRow: usize): void {
  const a = v128.load(from);
  const b = v128.load(from + fromRow);
  const c = v128.load(from + fromRow * 2);
  const d = v128.load(from + fromRow * 3);
  const abLow = i32x4.shuffle(a, b, 0, 4, 1, 5);
  const abHigh = i32x4.shuffle(a, b, 2, 6, 3, 7);
  const cdLow = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const cdHigh = i32x4.shuffle(c, d, 2, 6, 3, 7);
  v128.store(to, i64x2.shuffle(abLow, cdLow, 0, 2));
  v128.store(to + toRow, i64x2.shuffle(abLow, cdLow, 1, 3));
  v128.store(to + toRow * 2, i64x2.shuffle(abHigh, cdHigh, 0, 2));
  v128.store(to + toRow * 3, i64x2.shuffle(abHigh, cdHigh, 1, 3));
}

/** One of the transposed panels, of which the first `grouped` lie in groups of four, [8 · outer][32] each, from weight panels. */
export function transposePanel(
  from: usize,
  outer: i32,
  to: usize,
  inner: i32,
  grouped: i32,
  panel: i32,
): void {
  const row = panelRow(panel, grouped);
  const start = to + panelAt(panel, grouped, outer);
  for (let o = 0; o < outer; o++)
    transposeTile(from + ((<usize>(o * inner + panel)) << 8), 32, start + ((<usize>o) << 3) * row, row);
}

/** The first `count` transposed panels back to weight panels [inner][8 · outer][8]. */
export function transposeBack(
  from: usize,
  count: i32,
  grouped: i32,
  to: usize,
  outer: i32,
  inner: i32,
): void {
  for (let panel = 0; panel < count; panel++) {
    const row = panelRow(panel, grouped);
    const start = from + panelAt(panel, grouped, inner);
    for (let i = 0; i < inner; i++)
      transposeTile(start + ((<usize>i) << 3) * row, row, to + ((<usize>(i * outer + panel)) << 8), 32);
  }
}

function panelRow(panel: i32, grouped: i32): usize {
  return panel < grouped ? 128 : 32;
}

/** Where a panel of 8 · `tiles` rows begins. */
function panelAt(panel: i32, grouped: i32, tiles: i32): usize {
  if (panel >= grouped) return (<usize>(panel * tiles)) << 8;
  return ((<usize>((panel & ~3) * tiles)) << 8) + ((<usize>(panel & 3)) << 5);
}

/** Copies the first `grouped` weight panels [rows][8] into groups of four, [rows][32] each. */
export function groupPanels(from: usize, rows: i32, to: usize, grouped: i32): void {
  const size = (<usize>rows) << 5;
  for (let panel = 0; panel < grouped; panel++) {
    const end = from + <usize>(panel + 1) * size;
    let at = to + <usize>(panel & ~3) * size + ((<usize>(panel & 3)) << 5);
    for (let here = end - size; here < end; here += 32) {
      v128.store(at, v128.load(here));
      v128.store(at, v128.load(here, 16), 16);
      at += 128;
    }
  }
}
