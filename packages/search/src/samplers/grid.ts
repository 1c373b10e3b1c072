import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Space } from '@holdfast/contracts/space';
import type { TrialParams } from '@holdfast/contracts/trial-params';
import type { FreeSpaces } from '../space/dimensions.ts';
import { expandGrid } from '../space/expand-grid.ts';
import { createListSampler } from './list.ts';
import type { Sampler } from './sampler.ts';

/**
 * Proposes the distinct points of a grid in `expandGrid`'s order, the first `atMost` of them. Expands them at once:
 * count first.
 * @throws RangeError for a range without `points`.
 */
export function createGridSampler<Params extends TrialParams = Hyperparameters>(
  space: Space | FreeSpaces,
  atMost = Number.POSITIVE_INFINITY,
): Sampler<Params> {
  const points: Params[] = [];
  for (const point of expandGrid<Params>(space)) {
    if (points.length >= atMost) break;
    points.push(point);
  }
  return createListSampler(points);
}
