/**
 * The last layer behind a hidden one where it has up to four units, such as three classes. Forward, the lanes of a
 * register are four rows; backward, they are four hidden units: either way none is left empty.
 * Layout: h one panel [rows][8] of the hidden layer; z and dz one panel [rows][8] of which the first four columns count;
 * w the panel's 8 rows of the weight panel, [8][8]; transposed weights and their gradients [units, padded to 8][8].
 * While the sums z are made, each four rows of them lie transposed in their place: the first row holds the first
 * unit's sums of all four.
 * Few registers are in use at a time: V8 would keep a sum in memory where they do not suffice, at three times the cost.
 * It also moves loads ahead of arithmetic, but not ahead of a store: hence one unit's sums after the other.
 */
import { PLAN, SCRATCH } from './plan.ts';
import { transposeQuarter } from './transpose.ts';

/** Begins the sums of a block with four numbers. */
export function startFewUnits(starts: usize, z: usize, rows: i32): void {
  const start0 = v128.load32_splat(starts);
  const start1 = v128.load32_splat(starts, 4);
  const start2 = v128.load32_splat(starts, 8);
  const start3 = v128.load32_splat(starts, 12);
  const end = z + ((<usize>rows) << 5);
  for (let at = z; at < end; at += 128) {
    v128.store(at, start0);
    v128.store(at, start1, 32);
    v128.store(at, start2, 64);
    v128.store(at, start3, 96);
  }
}

/** Ends the sums of a block, `scale · z + ends`: each row's stand in that row. */
export function endFewUnits(z: usize, rows: i32, scale: f32, ends: usize): void {
  const scales = f32x4.splat(scale);
  const fourEnds = v128.load(ends);
  const end = z + ((<usize>rows) << 5);
  for (let at = z; at < end; at += 128) {
    transposeQuarter(at, 32, at, 32);
    for (let row = at; row < at + 128; row += 32)
      v128.store(row, f32x4.add(f32x4.mul(v128.load(row), scales), fourEnds));
  }
}

/**
 * Adds one panel of inputs to the sums, `z[row] += Σ_k h[row][k] · w[k]` for its 8 k in order: at once when the layer
 * below has written the panel, while it is in the nearest cache. Two sums at a time.
 */
export function addFewUnits(h: usize, w: usize, z: usize, sums: i32, rows: i32): void {
  // Each weight over a register, once for all rows: [8 k][4 units][4].
  const spread = load<usize>(PLAN, SCRATCH);
  for (let k: usize = 0; k < 8; k++)
    for (let j: usize = 0; j < 4; j++)
      v128.store(spread + (k << 6) + (j << 4), v128.load32_splat(w + (k << 5) + (j << 2)));
  for (let half: usize = 0; half < 2; half++) {
    const weights = spread + (half << 8);
    addPair(h + (half << 4), weights, z, rows);
    if (sums > 2) addPair(h + (half << 4), weights + 32, z + 64, rows);
  }
}

/** Four inputs, the left or right half of a panel, to two sums. */
function addPair(h: usize, w: usize, z: usize, rows: i32): void {
  const end = z + ((<usize>rows) << 5);
  let from = h;
  let to = z;
  do {
    const row0 = v128.load(from);
    const row1 = v128.load(from, 32);
    const row2 = v128.load(from, 64);
    const row3 = v128.load(from, 96);
    const a = i32x4.shuffle(row0, row1, 0, 4, 1, 5);
    const b = i32x4.shuffle(row2, row3, 0, 4, 1, 5);
    const c = i32x4.shuffle(row0, row1, 2, 6, 3, 7);
    const d = i32x4.shuffle(row2, row3, 2, 6, 3, 7);
    const h0 = i64x2.shuffle(a, b, 0, 2);
    const h1 = i64x2.shuffle(a, b, 1, 3);
    const h2 = i64x2.shuffle(c, d, 0, 2);
    const h3 = i64x2.shuffle(c, d, 1, 3);
    let z0 = f32x4.add(v128.load(to), f32x4.mul(h0, v128.load(w)));
    z0 = f32x4.add(z0, f32x4.mul(h1, v128.load(w, 64)));
    z0 = f32x4.add(z0, f32x4.mul(h2, v128.load(w, 128)));
    z0 = f32x4.add(z0, f32x4.mul(h3, v128.load(w, 192)));
    v128.store(to, z0);
    let z1 = f32x4.add(v128.load(to, 32), f32x4.mul(h0, v128.load(w, 16)));
    z1 = f32x4.add(z1, f32x4.mul(h1, v128.load(w, 80)));
    z1 = f32x4.add(z1, f32x4.mul(h2, v128.load(w, 144)));
    z1 = f32x4.add(z1, f32x4.mul(h3, v128.load(w, 208)));
    v128.store(to, z1, 32);
    from += 128;
    to += 128;
  } while (to < end);
}

/** Adds a block's rows to the bias gradients of four units, and then takes dropout's factor into dz. */
export function addFewBiasGradients(dz: usize, db: usize, rows: i32, scale: f32): void {
  const scales = f32x4.splat(scale);
  let sum = v128.load(db);
  const end = dz + ((<usize>rows) << 5);
  for (let at = dz; at < end; at += 32) {
    const gradient = v128.load(at);
    sum = f32x4.add(sum, gradient);
    v128.store(at, f32x4.mul(gradient, scales));
  }
  v128.store(db, sum);
}

/**
 * Backward over one panel of h: adds the rows to its weight gradients, `dw[j][k] += h[row][k] · dz[row][j]`, and puts
 * the masked gradient `Σ_j dz[row][j] · w[j][k]` in the place of h. Sums beyond the layer's own have weights of 0.
 */
export function fewUnitsBackward(h: usize, dz: usize, w: usize, dw: usize, sums: i32, rows: i32): void {
  for (let half: usize = 0; half < 32; half += 16)
    if (sums <= 2) backwardOfTwo(h + half, dz, w + half, dw + half, rows);
    else backwardOfFour(h + half, dz, w + half, dw + half, rows);
}

/** Four hidden units, the left or right half of a panel. */
function backwardOfTwo(h: usize, dz: usize, w: usize, dw: usize, rows: i32): void {
  const zero = f32x4.splat(0);
  const w0 = v128.load(w);
  const w1 = v128.load(w, 32);
  let sum0 = v128.load(dw);
  let sum1 = v128.load(dw, 32);
  let from = dz;
  const end = h + ((<usize>rows) << 5);
  let at = h;
  do {
    const output = v128.load(at);
    const d0 = v128.load32_splat(from);
    sum0 = f32x4.add(sum0, f32x4.mul(output, d0));
    let gradient = f32x4.mul(d0, w0);
    const d1 = v128.load32_splat(from, 4);
    sum1 = f32x4.add(sum1, f32x4.mul(output, d1));
    gradient = f32x4.add(gradient, f32x4.mul(d1, w1));
    v128.store(at, v128.and(f32x4.gt(output, zero), gradient));
    from += 32;
    at += 32;
  } while (at < end);
  v128.store(dw, sum0);
  v128.store(dw, sum1, 32);
}

/** Four hidden units, the left or right half of a panel. */
function backwardOfFour(h: usize, dz: usize, w: usize, dw: usize, rows: i32): void {
  const zero = f32x4.splat(0);
  const w0 = v128.load(w, 0);
  const w1 = v128.load(w, 32);
  const w2 = v128.load(w, 64);
  const w3 = v128.load(w, 96);
  let sum0 = v128.load(dw, 0);
  let sum1 = v128.load(dw, 32);
  let sum2 = v128.load(dw, 64);
  let sum3 = v128.load(dw, 96);
  let from = dz;
  const end = h + ((<usize>rows) << 5);
  let at = h;
  do {
    const output = v128.load(at);
    const d0 = v128.load32_splat(from);
    sum0 = f32x4.add(sum0, f32x4.mul(output, d0));
    let gradient = f32x4.mul(d0, w0);
    const d1 = v128.load32_splat(from, 4);
    sum1 = f32x4.add(sum1, f32x4.mul(output, d1));
    gradient = f32x4.add(gradient, f32x4.mul(d1, w1));
    const d2 = v128.load32_splat(from, 8);
    sum2 = f32x4.add(sum2, f32x4.mul(output, d2));
    gradient = f32x4.add(gradient, f32x4.mul(d2, w2));
    const d3 = v128.load32_splat(from, 12);
    sum3 = f32x4.add(sum3, f32x4.mul(output, d3));
    gradient = f32x4.add(gradient, f32x4.mul(d3, w3));
    v128.store(at, v128.and(f32x4.gt(output, zero), gradient));
    from += 32;
    at += 32;
  } while (at < end);
  v128.store(dw, sum0, 0);
  v128.store(dw, sum1, 32);
  v128.store(dw, sum2, 64);
  v128.store(dw, sum3, 96);
}
