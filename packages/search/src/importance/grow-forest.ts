import { boundedInteger } from '@holdfast/numeric/bounded-integer';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { createStream } from '@holdfast/numeric/stream';
import { type Decomposition, decomposeVariance } from './decompose-variance.ts';
import { growTree, predictPlace, type Sample } from './regression-tree.ts';

export const trees = 64;

/** Boxes of a tree, at most about: the work for a pair of dimensions grows with their square. */
const mostLeaves = 128;

/** Of the dimensions, those that a split looks at. */
const consideredShare = 5 / 6;

export interface Forest {
  decompositions: Decomposition[];
  /** R² of what each point is predicted by the trees that did not see it; `null` where every tree saw every point. */
  fit: number | null;
}

/**
 * A random forest (Breiman, "Random forests", Machine Learning 45 (2001)), tree by tree on points drawn with replacement,
 * the same from the same seed. Yields after each tree.
 */
export function* growForest(sample: Sample, searchSeed: number): Generator<void, Forest> {
  const { dimensions, values, places } = sample;
  const count = values.length;
  const seed = deriveSeed(searchSeed, 'importance');
  const shape = {
    leaf: Math.max(1, Math.ceil(count / mostLeaves)),
    considered: Math.max(1, Math.ceil(dimensions * consideredShare)),
  };
  const predicted = new Float64Array(count);
  const times = new Uint32Array(count);
  const decompositions: Decomposition[] = [];
  for (let tree = 0; tree < trees; tree++) {
    const cursor = { stream: createStream(seed, 'bootstrap', tree), next: 0 };
    const points = Int32Array.from({ length: count }, () => boundedInteger(cursor, count));
    const leaves = growTree(sample, points, createStream(seed, 'shuffling', tree), shape);
    decompositions.push(decomposeVariance(leaves, dimensions));
    const seen = new Set(points);
    for (let point = 0; point < count; point++) {
      if (seen.has(point)) continue;
      const place = places.subarray(point * dimensions, (point + 1) * dimensions);
      predicted[point]! += predictPlace(leaves, place);
      times[point]! += 1;
    }
    yield;
  }
  return { decompositions, fit: determination(values, predicted, times) };
}

function determination(values: Float64Array, predicted: Float64Array, times: Uint32Array): number | null {
  const unseen = [...times.keys()].filter((point) => times[point]! > 0);
  if (unseen.length < 2) return null;
  const mean = unseen.reduce((sum, point) => sum + values[point]!, 0) / unseen.length;
  let residual = 0;
  let total = 0;
  for (const point of unseen) {
    const off = values[point]! - predicted[point]! / times[point]!;
    const apart = values[point]! - mean;
    residual += off * off;
    total += apart * apart;
  }
  return total === 0 ? null : 1 - residual / total;
}
