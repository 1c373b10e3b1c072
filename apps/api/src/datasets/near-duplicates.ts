import type { Feature } from '@holdfast/contracts/dataset';
import type { TrainingRows } from '@holdfast/db/datasets';

/** Pairs of rows looked at, at most: some tenths of a second. */
const mostPairs = 10_000_000;
/** A share of fewer rows would say nothing. */
const fewestTestRows = 50;
const medianPairs = 2000;
const nearShare = 0.01;
/** In the place of a weight: codes of categories have no distances. */
const CATEGORY = -1;
/** Mean squared distance of two standardised numbers. */
const apart = 2;

/**
 * The share of test rows that lie nearer to some training row than 1 % of the median distance between test and
 * training rows, in features standardised on the training rows; two categories, or a value and a missing one, are as far
 * apart as two numbers on average, two missing values are not. Of many test rows a sample is taken, evenly spaced, and
 * each of it compared with every training row. `null` where there are no test rows, where the median is 0, or where
 * there are too many rows for a sample worth its name.
 */
export function findNearDuplicates(
  training: TrainingRows,
  test: TrainingRows,
  kinds: readonly Feature[] = [],
): number | null {
  if (test.rows === 0) return null;
  const sampled = Math.min(test.rows, Math.floor(mostPairs / training.rows));
  if (sampled < Math.min(test.rows, fewestTestRows)) return null;
  const weights = inverseVariances(training);
  for (const [i, { kind }] of kinds.entries()) if (kind === 'category') weights[i] = CATEGORY;
  const median = medianSquaredDistance(training, test, weights);
  if (!(median > 0)) return null;
  const threshold = median * nearShare * nearShare;
  let near = 0;
  for (let i = 0; i < sampled; i++) {
    const row = Math.floor((i * test.rows) / sampled);
    for (let other = 0; other < training.rows; other++) {
      if (squaredDistance(test, row, training, other, weights, threshold) < threshold) {
        near++;
        break;
      }
    }
  }
  return near / sampled;
}

/** 1 / variance of each feature; 0 for constant ones, which tell nothing apart. */
function inverseVariances(data: TrainingRows): Float64Array {
  const { rows, columns, features } = data;
  const means = new Float64Array(columns);
  const squares = new Float64Array(columns);
  const present = new Float64Array(columns);
  for (let at = 0; at < features.length; at++) if (!Number.isNaN(features[at]!)) present[at % columns]! += 1;
  for (let start = 0; start < rows * columns; start += columns) {
    for (let i = 0; i < columns; i++) {
      const value = features[start + i]!;
      if (!Number.isNaN(value)) means[i]! += value / present[i]!;
    }
  }
  for (let start = 0; start < rows * columns; start += columns) {
    for (let i = 0; i < columns; i++) {
      const difference = features[start + i]! - means[i]!;
      if (!Number.isNaN(difference)) squares[i]! += (difference * difference) / present[i]!;
    }
  }
  return squares.map((variance) => (variance > 0 && Number.isFinite(1 / variance) ? 1 / variance : 0));
}

/** Over pairs spread evenly: every test row's turn comes before one comes again. */
function medianSquaredDistance(training: TrainingRows, test: TrainingRows, weights: Float64Array): number {
  const pairs = Math.min(medianPairs, training.rows * test.rows);
  const distances = new Float64Array(pairs);
  for (let i = 0; i < pairs; i++) {
    const row = Math.floor((i * test.rows) / pairs);
    const other = (i * 7919) % training.rows;
    distances[i] = squaredDistance(test, row, training, other, weights, Number.POSITIVE_INFINITY);
  }
  return distances.sort()[pairs >> 1]!;
}

/** May stop early, with any number of at least `enough`. */
function squaredDistance(
  a: TrainingRows,
  rowA: number,
  b: TrainingRows,
  rowB: number,
  weights: Float64Array,
  enough: number,
): number {
  const startA = rowA * a.columns;
  const startB = rowB * a.columns;
  let sum = 0;
  for (let i = 0; i < a.columns; i++) {
    const difference = a.features[startA + i]! - b.features[startB + i]!;
    if (Number.isNaN(difference)) {
      const both = Number.isNaN(a.features[startA + i]!) && Number.isNaN(b.features[startB + i]!);
      if (!both) sum += apart;
    } else if (weights[i] === CATEGORY) {
      if (difference !== 0) sum += apart;
    } else sum += difference * difference * weights[i]!;
    if (sum >= enough) return sum;
  }
  return sum;
}
