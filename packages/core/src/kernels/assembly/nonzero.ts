/**
 * Lists of the numbers that are not 0. ReLU and dropout leave half of a hidden layer's outputs 0, or more, and of their gradients the
 * same; a product with 0 changes no sum, so the kernels of sparse-product.ts and sparse-gradient.ts take the others alone.
 * Layout: VALUES and PLACES hold a list for each row (or column) side by side, each `size` bytes from the next; COUNTS says how many
 * bytes of it are filled. A place is a byte offset in what the list is multiplied by. Lists of an odd length end with a 0 for company, so
 * that kernels can take two entries a round.
 */
import { COMPRESS, COUNTS, PANEL_SIZE, PLACES, PLAN, VALUES } from './plan.ts';

/**
 * Appends those of four values that are not 0, with their places.
 * @returns how many bytes that are
 */
function append(four: v128, places: v128, values: usize, toPlaces: usize, compress: usize): usize {
  const mask = i32x4.bitmask(f32x4.ne(four, f32x4.splat(0)));
  const order = v128.load(compress + ((<usize>mask) << 4));
  v128.store(values, i8x16.swizzle(four, order));
  v128.store(values + toPlaces, i8x16.swizzle(places, order));
  return (<usize>popcnt<i32>(mask)) << 2;
}

/** Makes a list that reaches to `end` even; its bytes. */
function endList(list: usize, end: usize, toPlaces: usize): usize {
  store<f32>(end, 0);
  store<usize>(end + toPlaces, 0);
  return (end - list + 4) & ~7;
}

/** A list for each of `rows` rows of a block of panels [panels][block rows][8]; places are columns, 128 bytes each. */
export function listRows(x: usize, panels: i32, rows: i32, size: usize): void {
  const compress = load<usize>(PLAN, COMPRESS);
  const counts = load<usize>(PLAN, COUNTS);
  let list = load<usize>(PLAN, VALUES);
  const toPlaces = load<usize>(PLAN, PLACES) - list;
  const step = i32x4.splat(512);
  for (let row = 0; row < rows; row++) {
    let from = x + ((<usize>row) << 5);
    let places = i32x4(0, 128, 256, 384);
    let at = list;
    for (let panel = 0; panel < panels; panel++) {
      at += append(v128.load(from), places, at, toPlaces, compress);
      places = i32x4.add(places, step);
      at += append(v128.load(from, 16), places, at, toPlaces, compress);
      places = i32x4.add(places, step);
      from += PANEL_SIZE;
    }
    store<usize>(counts + ((<usize>row) << 2), endList(list, at, toPlaces));
    list += size;
  }
}

/** A list for each of the eight columns of one panel [rows][8], which is number `panel`; places are rows, 32 bytes each. */
export function listColumns(x: usize, rows: i32, panel: i32, size: usize): void {
  const compress = load<usize>(PLAN, COMPRESS);
  const counts = load<usize>(PLAN, COUNTS) + ((<usize>panel) << 5);
  const list = load<usize>(PLAN, VALUES) + <usize>panel * (size << 3);
  const toPlaces = load<usize>(PLAN, PLACES) - load<usize>(PLAN, VALUES);
  const step = i32x4.splat(128);
  const end = x + ((<usize>rows) << 5);
  for (let half: usize = 0; half < 2; half++) {
    const list0 = list + half * (size << 2);
    const list1 = list0 + size;
    const list2 = list1 + size;
    const list3 = list2 + size;
    let at0 = list0;
    let at1 = list1;
    let at2 = list2;
    let at3 = list3;
    let places = i32x4(0, 32, 64, 96);
    for (let from = x + (half << 4); from < end; from += 128) {
      const row0 = v128.load(from);
      const row1 = v128.load(from, 32);
      const row2 = v128.load(from, 64);
      const row3 = v128.load(from, 96);
      const a = i32x4.shuffle(row0, row1, 0, 4, 1, 5);
      const b = i32x4.shuffle(row2, row3, 0, 4, 1, 5);
      const c = i32x4.shuffle(row0, row1, 2, 6, 3, 7);
      const d = i32x4.shuffle(row2, row3, 2, 6, 3, 7);
      at0 += append(i64x2.shuffle(a, b, 0, 2), places, at0, toPlaces, compress);
      at1 += append(i64x2.shuffle(a, b, 1, 3), places, at1, toPlaces, compress);
      at2 += append(i64x2.shuffle(c, d, 0, 2), places, at2, toPlaces, compress);
      at3 += append(i64x2.shuffle(c, d, 1, 3), places, at3, toPlaces, compress);
      places = i32x4.add(places, step);
    }
    const to = counts + (half << 4);
    store<usize>(to, endList(list0, at0, toPlaces));
    store<usize>(to, endList(list1, at1, toPlaces), 4);
    store<usize>(to, endList(list2, at2, toPlaces), 8);
    store<usize>(to, endList(list3, at3, toPlaces), 12);
  }
}
