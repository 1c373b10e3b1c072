/**
 * The head of a network over a block's rows: outputs, loss and accuracy, and, in training, the gradient of its sums,
 * which takes the place of the sums z. Formulas and orders are those of docs/numerics.md ("Layers and losses").
 * Four rows at a time, a lane each; SCRATCH holds the outputs of the four, [units][4], and then the terms of their
 * losses, or for a softmax the probabilities that all rows of the block have for their labels. The loss is one float64
 * sum, rows in order and within a row outputs in order.
 */
import { columnAddress, loadColumn, storeColumn } from './column.ts';
import { exponential } from './exponential.ts';
import { logarithm } from './logarithm.ts';
import { HEAD, HEAD_LINEAR, HEAD_SIGMOID, HEAD_SOFTMAX, LOSS_SUM, PLAN, RIGHT, SCRATCH } from './plan.ts';

/** A probability clipped to [1e-7, 1 − 1e-7]; NaN stays NaN. */
function clip(p: v128): v128 {
  return f32x4.pmin(f32x4.pmax(p, f32x4.splat(1e-7)), f32x4.splat(<f32>0.9999999));
}

/** One target, or loss weight, of each of four rows: element `j` of a row of `width`, 0 past the last row. */
function gatherFour(values: usize, order: usize, row: i32, rows: i32, width: i32, j: i32): v128 {
  let four = i32x4.splat(0);
  const here = order + ((<usize>row) << 2);
  const offset = values + ((<usize>j) << 2);
  const size = (<usize>width) << 2;
  four = v128.load32_lane(offset + <usize>load<u32>(here) * size, four, 0);
  if (row + 1 < rows) four = v128.load32_lane(offset + <usize>load<u32>(here, 4) * size, four, 1);
  if (row + 2 < rows) four = v128.load32_lane(offset + <usize>load<u32>(here, 8) * size, four, 2);
  if (row + 3 < rows) four = v128.load32_lane(offset + <usize>load<u32>(here, 12) * size, four, 3);
  return four;
}

/**
 * Adds `−weight · log p` of a block's rows to the loss, in order. `found` holds the clipped probabilities p of their
 * labels. All in one pass, so that the logarithms of many rows are under way at once.
 */
function addLogLosses(found: usize, order: usize, weights: usize, rows: i32): void {
  const end = found + ((<usize>rows) << 2);
  let at = found;
  do {
    v128.store(at, f32x4.neg(logarithm(v128.load(at))));
    at += 16;
  } while (at < end);
  let sum = load<f64>(PLAN, LOSS_SUM);
  if (weights === 0) for (at = found; at < end; at += 4) sum += <f64>load<f32>(at);
  else
    for (let row = 0; row < rows; row++) {
      const offset = (<usize>row) << 2;
      const weight = load<f32>(weights + ((<usize>load<u32>(order + offset)) << 2));
      sum += <f64>weight * <f64>load<f32>(found + offset);
    }
  store<f64>(PLAN, sum, LOSS_SUM);
}

/** Adds the terms of up to four rows, [units][4] float32, each times its weight, to the loss in order. */
function addTerms(terms: usize, weights: usize, units: i32, rows: i32): void {
  let sum = load<f64>(PLAN, LOSS_SUM);
  for (let row = 0; row < rows; row++)
    for (let j = 0; j < units; j++) {
      const at = ((<usize>j) << 4) + ((<usize>row) << 2);
      const term = <f64>load<f32>(terms + at);
      sum += weights === 0 ? term : <f64>load<f32>(weights + at) * term;
    }
  store<f64>(PLAN, sum, LOSS_SUM);
}

/** All ones in the lanes of rows that are there. */
function presentRows(rows: i32): v128 {
  return i32x4.gt_s(i32x4.splat(rows), i32x4(0, 1, 2, 3));
}

function countRight(right: v128): void {
  store<i32>(PLAN, load<i32>(PLAN, RIGHT) + popcnt<i32>(i32x4.bitmask(right)), RIGHT);
}

/**
 * @param z panels of the block's sums; the outputs, or in training their gradients, take their place
 * @param order where the block's row indices begin, for targets and weights
 * @param targets 0 where only outputs are wanted
 * @param weights 0 where all are 1
 * @param batchRows of the whole batch, for the gradient's mean; 0 in evaluation
 */
export function headPanels(
  z: usize,
  units: i32,
  rows: i32,
  order: usize,
  targets: usize,
  weights: usize,
  batchRows: i32,
): void {
  const head = load<i32>(PLAN, HEAD);
  if (head === HEAD_SOFTMAX && units <= 4 && batchRows !== 0)
    fewSoftmax(z, units, rows, order, targets, weights, batchRows);
  else if (head === HEAD_SOFTMAX) softmaxPanels(z, units, rows, order, targets, weights, batchRows);
  else if (head === HEAD_SIGMOID || targets !== 0)
    elementPanels(z, units, rows, order, targets, weights, batchRows, head === HEAD_LINEAR);
}

function softmaxPanels(
  z: usize,
  units: i32,
  rows: i32,
  order: usize,
  targets: usize,
  weights: usize,
  batchRows: i32,
): void {
  const scratch = load<usize>(PLAN, SCRATCH);
  const allFound = scratch + ((<usize>units) << 4);
  const mean = f32x4.splat(<f32>(1.0 / <f64>batchRows));
  const one = f32x4.splat(1);
  for (let row = 0; row < rows; row += 4) {
    const present = presentRows(rows - row);
    let largest = loadColumn(columnAddress(z, row, 0));
    v128.store(scratch, largest);
    for (let j = 1; j < units; j++) {
      const column = loadColumn(columnAddress(z, row, j));
      v128.store(scratch + ((<usize>j) << 4), column);
      largest = f32x4.pmax(largest, column);
    }
    let sum = f32x4.splat(0);
    for (let j = 0; j < units; j++) {
      const at = scratch + ((<usize>j) << 4);
      const power = exponential(f32x4.sub(v128.load(at), largest));
      v128.store(at, power);
      sum = f32x4.add(sum, power);
    }
    for (let j = 0; j < units; j++) {
      const at = scratch + ((<usize>j) << 4);
      const p = f32x4.div(v128.load(at), sum);
      v128.store(at, p);
      if (batchRows === 0) storeColumn(columnAddress(z, row, j), p);
    }
    if (targets === 0) continue;

    const labels = gatherFour(targets, order, row, rows, 1, 0);
    let best = v128.load(scratch);
    let bestIndex = i32x4.splat(0);
    let found = best;
    for (let j = 1; j < units; j++) {
      const p = v128.load(scratch + ((<usize>j) << 4));
      const index = i32x4.splat(j);
      const better = f32x4.gt(p, best);
      best = v128.bitselect(p, best, better);
      bestIndex = v128.bitselect(index, bestIndex, better);
      found = v128.bitselect(p, found, i32x4.eq(labels, index));
    }
    countRight(v128.and(present, i32x4.eq(bestIndex, labels)));
    v128.store(allFound + ((<usize>row) << 2), clip(found));
    if (batchRows === 0) continue;

    let scale = mean;
    if (weights !== 0) scale = f32x4.mul(gatherFour(weights, order, row, rows, 1, 0), mean);
    for (let j = 0; j < units; j++) {
      const hot = v128.and(i32x4.eq(labels, i32x4.splat(j)), one);
      const gradient = f32x4.mul(f32x4.sub(v128.load(scratch + ((<usize>j) << 4)), hot), scale);
      storeColumn(columnAddress(z, row, j), v128.and(present, gradient));
    }
  }
  if (targets !== 0) addLogLosses(allFound, order, weights, rows);
}

/**
 * The same in training with up to four classes, all in registers: four rows are transposed, worked on class by class,
 * and transposed back. A class that is not there has the probability 0.
 */
function fewSoftmax(
  z: usize,
  units: i32,
  rows: i32,
  order: usize,
  targets: usize,
  weights: usize,
  batchRows: i32,
): void {
  const mean = f32x4.splat(<f32>(1.0 / <f64>batchRows));
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  const has1 = i32x4.splat(units > 1 ? -1 : 0);
  const has2 = i32x4.splat(units > 2 ? -1 : 0);
  const has3 = i32x4.splat(units > 3 ? -1 : 0);
  const allFound = load<usize>(PLAN, SCRATCH);
  let row = 0;
  do {
    const at = z + ((<usize>row) << 5);
    const row0 = v128.load(at);
    const row1 = v128.load(at, 32);
    const row2 = v128.load(at, 64);
    const row3 = v128.load(at, 96);
    const a = i32x4.shuffle(row0, row1, 0, 4, 1, 5);
    const b = i32x4.shuffle(row2, row3, 0, 4, 1, 5);
    const c = i32x4.shuffle(row0, row1, 2, 6, 3, 7);
    const d = i32x4.shuffle(row2, row3, 2, 6, 3, 7);
    const z0 = i64x2.shuffle(a, b, 0, 2);
    const z1 = i64x2.shuffle(a, b, 1, 3);
    const z2 = i64x2.shuffle(c, d, 0, 2);
    const z3 = i64x2.shuffle(c, d, 1, 3);
    let largest = z0;
    largest = v128.bitselect(f32x4.pmax(largest, z1), largest, has1);
    largest = v128.bitselect(f32x4.pmax(largest, z2), largest, has2);
    largest = v128.bitselect(f32x4.pmax(largest, z3), largest, has3);
    let p0 = exponential(f32x4.sub(z0, largest));
    let p1 = v128.and(exponential(f32x4.sub(z1, largest)), has1);
    let p2 = v128.and(exponential(f32x4.sub(z2, largest)), has2);
    let p3 = zero;
    if (units > 3) p3 = exponential(f32x4.sub(z3, largest));
    const sum = f32x4.add(f32x4.add(f32x4.add(p0, p1), p2), p3);
    p0 = f32x4.div(p0, sum);
    p1 = f32x4.div(p1, sum);
    p2 = f32x4.div(p2, sum);
    p3 = f32x4.div(p3, sum);

    const labels = gatherFour(targets, order, row, rows, 1, 0);
    const is0 = i32x4.eq(labels, i32x4.splat(0));
    const is1 = i32x4.eq(labels, i32x4.splat(1));
    const is2 = i32x4.eq(labels, i32x4.splat(2));
    const is3 = i32x4.eq(labels, i32x4.splat(3));
    // The lowest index wins a tie; a NaN is larger than nothing, and nothing is larger than it.
    let best = p0;
    let right = is0;
    let better = f32x4.gt(p1, best);
    best = v128.bitselect(p1, best, better);
    right = v128.bitselect(is1, right, better);
    better = f32x4.gt(p2, best);
    best = v128.bitselect(p2, best, better);
    right = v128.bitselect(is2, right, better);
    better = f32x4.gt(p3, best);
    right = v128.bitselect(is3, right, better);
    const present = presentRows(rows - row);
    countRight(v128.and(present, right));

    const found = v128.or(
      v128.or(v128.and(p0, is0), v128.and(p1, is1)),
      v128.or(v128.and(p2, is2), v128.and(p3, is3)),
    );
    v128.store(allFound + ((<usize>row) << 2), clip(found));
    let scale = mean;
    if (weights !== 0) scale = f32x4.mul(gatherFour(weights, order, row, rows, 1, 0), mean);
    scale = v128.and(scale, present);
    p0 = f32x4.mul(f32x4.sub(p0, v128.and(is0, one)), scale);
    p1 = f32x4.mul(f32x4.sub(p1, v128.and(is1, one)), scale);
    p2 = f32x4.mul(f32x4.sub(p2, v128.and(is2, one)), scale);
    p3 = f32x4.mul(f32x4.sub(p3, v128.and(is3, one)), scale);
    const e = i32x4.shuffle(p0, p1, 0, 4, 1, 5);
    const f = i32x4.shuffle(p2, p3, 0, 4, 1, 5);
    const g = i32x4.shuffle(p0, p1, 2, 6, 3, 7);
    const h = i32x4.shuffle(p2, p3, 2, 6, 3, 7);
    v128.store(at, i64x2.shuffle(e, f, 0, 2));
    v128.store(at, i64x2.shuffle(e, f, 1, 3), 32);
    v128.store(at, i64x2.shuffle(g, h, 0, 2), 64);
    v128.store(at, i64x2.shuffle(g, h, 1, 3), 96);
    row += 4;
  } while (row < rows);
  addLogLosses(allFound, order, weights, rows);
}

/** Sigmoid with binary cross-entropy, or `linear` with squared error: each output by itself. */
function elementPanels(
  z: usize,
  units: i32,
  rows: i32,
  order: usize,
  targets: usize,
  weights: usize,
  batchRows: i32,
  linear: bool,
): void {
  const terms = load<usize>(PLAN, SCRATCH);
  const weightsOfFour: usize = weights === 0 ? 0 : terms + ((<usize>units) << 4);
  const one = f32x4.splat(1);
  const mean = f32x4.splat(<f32>((linear ? 2.0 : 1.0) / (<f64>units * <f64>batchRows)));
  for (let row = 0; row < rows; row += 4) {
    const present = presentRows(rows - row);
    for (let j = 0; j < units; j++) {
      const at = columnAddress(z, row, j);
      let output = loadColumn(at);
      if (!linear) {
        output = f32x4.div(one, f32x4.add(one, exponential(f32x4.neg(output))));
        if (batchRows === 0) storeColumn(at, output);
      }
      if (targets === 0) continue;

      const target = gatherFour(targets, order, row, rows, units, j);
      const difference = f32x4.sub(output, target);
      const term = terms + ((<usize>j) << 4);
      if (linear) v128.store(term, difference);
      else {
        const isOne = f32x4.eq(target, one);
        countRight(v128.andnot(present, v128.xor(f32x4.gt(output, f32x4.splat(0.5)), isOne)));
        const p = clip(output);
        v128.store(term, f32x4.neg(logarithm(v128.bitselect(p, f32x4.sub(one, p), isOne))));
      }
      let scale = mean;
      if (weights !== 0) {
        const four = gatherFour(weights, order, row, rows, units, j);
        v128.store(weightsOfFour + ((<usize>j) << 4), four);
        scale = f32x4.mul(four, mean);
      }
      if (batchRows !== 0) storeColumn(at, v128.and(present, f32x4.mul(difference, scale)));
    }
    if (targets === 0) continue;
    if (linear) addSquares(terms, weightsOfFour, units, min(4, rows - row));
    else addTerms(terms, weightsOfFour, units, min(4, rows - row));
  }
}

/** As addTerms, of the squares of differences, which are exact in float64. */
function addSquares(differences: usize, weights: usize, units: i32, rows: i32): void {
  let sum = load<f64>(PLAN, LOSS_SUM);
  for (let row = 0; row < rows; row++)
    for (let j = 0; j < units; j++) {
      const at = ((<usize>j) << 4) + ((<usize>row) << 2);
      const difference = <f64>load<f32>(differences + at);
      const term = difference * difference;
      sum += weights === 0 ? term : <f64>load<f32>(weights + at) * term;
    }
  store<f64>(PLAN, sum, LOSS_SUM);
}
