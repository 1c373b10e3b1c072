import { shuffle } from '@holdfast/numeric/shuffle';
import type { Stream } from '@holdfast/numeric/stream';

/** Points in a box of unit intervals, with a value each. */
export interface Sample {
  dimensions: number;
  /** Points × dimensions; NaN where a dimension does not apply to a point. */
  places: Float64Array;
  values: Float64Array;
  /** For each dimension the places between which no threshold may lie elsewhere than at their ends, ascending. */
  seams: readonly (readonly number[])[];
}

/** A part of the box: what falls into it has one value. */
export interface Leaf {
  /** By dimension. */
  low: Float64Array;
  high: Float64Array;
  value: number;
}

interface Split {
  dimension: number;
  threshold: number;
  /** By how much the sum of squares falls. */
  gain: number;
}

/**
 * A regression tree over some points (a point may come more than once), as the boxes of its leaves: splits by the largest
 * fall of the sum of squares (Breiman and others, "Classification and Regression Trees", 1984, §8.4), among dimensions
 * drawn anew for each split. A dimension that does not apply to some point of a node does not split it, so a conditional
 * hyperparameter comes below what it depends on, and cannot stand in for it.
 * @param stream words are taken from index 0 on
 * @param shape.leaf points in a leaf, at least
 * @param shape.considered dimensions looked at for a split, at least; more where these split nothing
 */
export function growTree(
  sample: Sample,
  points: Int32Array,
  stream: Stream,
  shape: { leaf: number; considered: number },
): Leaf[] {
  const { dimensions } = sample;
  const leaves: Leaf[] = [];
  const queue = [{ points, low: new Float64Array(dimensions), high: new Float64Array(dimensions).fill(1) }];
  let drawn = 0;
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    const order = shuffle(
      Int32Array.from({ length: dimensions }, (_, dimension) => dimension),
      offset(stream, drawn),
    );
    drawn += 2 * dimensions;
    const split = chooseSplit(sample, node.points, order, shape);
    if (split === null) {
      leaves.push({ low: node.low, high: node.high, value: meanOf(sample.values, node.points) });
      continue;
    }
    const { dimension, threshold } = split;
    const isBelow = (point: number) => sample.places[point * dimensions + dimension]! < threshold;
    const [highBelow, lowAbove] = [node.high.slice(), node.low.slice()];
    highBelow[dimension] = threshold;
    lowAbove[dimension] = threshold;
    queue.push({ points: node.points.filter((point) => !isBelow(point)), low: lowAbove, high: node.high });
    queue.push({ points: node.points.filter(isBelow), low: node.low, high: highBelow });
  }
  return leaves;
}

/** The value of the leaf that a place lies in; where a dimension does not apply, any leaf of it will do. */
export function predictPlace(leaves: readonly Leaf[], place: Float64Array): number {
  const found = leaves.find(({ low, high }) =>
    place.every(
      (x, dimension) =>
        Number.isNaN(x) || (x >= low[dimension]! && (x < high[dimension]! || high[dimension] === 1)),
    ),
  );
  return found!.value;
}

function chooseSplit(
  sample: Sample,
  points: Int32Array,
  order: Int32Array,
  { leaf, considered }: { leaf: number; considered: number },
): Split | null {
  if (points.length < 2 * leaf) return null;
  let best: Split | null = null;
  for (const [looked, dimension] of order.entries()) {
    if (looked >= considered && best !== null) break;
    const split = bestThreshold(sample, points, dimension, leaf);
    if (split !== null && split.gain > (best?.gain ?? 0)) best = split;
  }
  return best;
}

function bestThreshold(
  { places, values, dimensions, seams }: Sample,
  points: Int32Array,
  dimension: number,
  leaf: number,
): Split | null {
  const placeOf = (point: number) => places[point * dimensions + dimension]!;
  if (points.some((point) => Number.isNaN(placeOf(point)))) return null;
  const sorted = points.slice().sort((a, b) => placeOf(a) - placeOf(b) || a - b);
  const total = sorted.reduce((sum, point) => sum + values[point]!, 0);
  const count = sorted.length;
  let below = 0;
  let best: Split | null = null;
  for (let i = 0; i < count - 1; i++) {
    below += values[sorted[i]!]!;
    const [left, right] = [placeOf(sorted[i]!), placeOf(sorted[i + 1]!)];
    if (left === right || i + 1 < leaf || count - i - 1 < leaf) continue;
    const above = total - below;
    const gain = (below * below) / (i + 1) + (above * above) / (count - i - 1) - (total * total) / count;
    if (gain > (best?.gain ?? 1e-12 * Math.abs((total * total) / count))) {
      best = { dimension, threshold: between(left, right, seams[dimension]!), gain };
    }
  }
  return best;
}

/** In the middle, or on the seam that is nearest to it. */
function between(left: number, right: number, seams: readonly number[]): number {
  const middle = (left + right) / 2;
  const inside = seams.filter((seam) => seam > left && seam < right);
  return inside.reduce(
    (nearest, seam) => (Math.abs(seam - middle) < Math.abs(nearest - middle) ? seam : nearest),
    inside[0] ?? middle,
  );
}

function meanOf(values: Float64Array, points: Int32Array): number {
  return points.reduce((sum, point) => sum + values[point]!, 0) / points.length;
}

function offset(stream: Stream, words: number): Stream {
  return { word: (index) => stream.word(words + index) };
}
