import type { Space } from '@holdfast/contracts/space';
import { expandGrid } from '../space/expand-grid.ts';
import { createListSampler } from './list.ts';
import type { Sampler } from './sampler.ts';

/**
 * Proposes the distinct points of a grid in `expandGrid`'s order, the first `atMost` of them. Expands them at once:
 * count first.
 * @throws RangeError for a range without `points`.
 */
export function createGridSampler(space: Space, atMost = Number.POSITIVE_INFINITY): Sampler {
  const points = [];
  for (const point of expandGrid(space)) {
    if (points.length >= atMost) break;
    points.push(point);
  }
  return createListSampler(points);
}
