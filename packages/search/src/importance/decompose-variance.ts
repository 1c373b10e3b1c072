import type { Leaf } from './regression-tree.ts';

export interface Decomposition {
  /** Of the tree's function over the box, every place as likely as the next. */
  variance: number;
  /** By dimension: the variance of the mean over all others. */
  single: Float64Array;
  /** By dimension and dimension, the first one smaller: what the two explain beyond what each does alone. */
  pairs: Float64Array[];
}

/**
 * The functional analysis of variance of a function that is constant on boxes, exact. Source: Hutter, Hoos and
 * Leyton-Brown, "An efficient approach for assessing hyperparameter importance", ICML 2014, section 4, algorithm 2; the
 * decomposition is Hoeffding's (1948) and Sobol's (1993).
 * @param leaves boxes that fill the unit box
 */
export function decomposeVariance(leaves: readonly Leaf[], dimensions: number): Decomposition {
  const volumes = leaves.map(({ low, high }) =>
    low.reduce((volume, from, d) => volume * (high[d]! - from), 1),
  );
  let mean = 0;
  leaves.forEach(({ value }, leaf) => {
    mean += volumes[leaf]! * value;
  });
  // Around the mean, so that no square has to be taken away.
  const heights = leaves.map(({ value }) => value - mean);
  let variance = 0;
  heights.forEach((height, leaf) => {
    variance += volumes[leaf]! * height * height;
  });

  const axes = Array.from({ length: dimensions }, (_, d) => createAxis(leaves, d));
  const single = Float64Array.from(axes, (axis, d) => varianceAlong(axis, leaves, volumes, heights, d));
  const pairs = axes.map((axis, a) =>
    Float64Array.from(axes, (other, b) => {
      if (b <= a) return 0;
      const both = varianceOver([axis, other], leaves, volumes, heights, [a, b]);
      // Rounding alone can make it negative.
      return Math.max(0, both - single[a]! - single[b]!);
    }),
  );
  return { variance, single, pairs };
}

/** Where leaves begin and end on a dimension, ascending from 0 to 1. */
interface Axis {
  edges: number[];
  indexOf: Map<number, number>;
}

function createAxis(leaves: readonly Leaf[], dimension: number): Axis {
  const edges = [...new Set(leaves.flatMap(({ low, high }) => [low[dimension]!, high[dimension]!]))].sort(
    (a, b) => a - b,
  );
  return { edges, indexOf: new Map(edges.map((edge, index) => [edge, index])) };
}

function varianceAlong(
  { edges, indexOf }: Axis,
  leaves: readonly Leaf[],
  volumes: readonly number[],
  heights: readonly number[],
  d: number,
): number {
  const changes = new Float64Array(edges.length);
  leaves.forEach(({ low, high }, leaf) => {
    const share = (volumes[leaf]! / (high[d]! - low[d]!)) * heights[leaf]!;
    changes[indexOf.get(low[d]!)!]! += share;
    changes[indexOf.get(high[d]!)!]! -= share;
  });
  let variance = 0;
  let height = 0;
  for (let cell = 0; cell + 1 < edges.length; cell++) {
    height += changes[cell]!;
    variance += (edges[cell + 1]! - edges[cell]!) * height * height;
  }
  return variance;
}

/** By sums over rectangles: each leaf changes the height at its four corners. */
function varianceOver(
  [across, down]: [Axis, Axis],
  leaves: readonly Leaf[],
  volumes: readonly number[],
  heights: readonly number[],
  [a, b]: [number, number],
): number {
  const width = down.edges.length;
  const cells = new Float64Array(across.edges.length * width);
  leaves.forEach(({ low, high }, leaf) => {
    const area = (high[a]! - low[a]!) * (high[b]! - low[b]!);
    const share = (volumes[leaf]! / area) * heights[leaf]!;
    const [left, right] = [across.indexOf.get(low[a]!)!, across.indexOf.get(high[a]!)!];
    const [top, bottom] = [down.indexOf.get(low[b]!)!, down.indexOf.get(high[b]!)!];
    cells[left * width + top]! += share;
    cells[right * width + top]! -= share;
    cells[left * width + bottom]! -= share;
    cells[right * width + bottom]! += share;
  });
  let variance = 0;
  for (let i = 0; i + 1 < across.edges.length; i++) {
    let along = 0;
    for (let j = 0; j + 1 < width; j++) {
      along += cells[i * width + j]!;
      // Heights of the row above are in place: sums over what lies above and to the left.
      const height = along + (i > 0 ? cells[(i - 1) * width + j]! : 0);
      cells[i * width + j] = height;
      variance +=
        (across.edges[i + 1]! - across.edges[i]!) * (down.edges[j + 1]! - down.edges[j]!) * height * height;
    }
  }
  return variance;
}
