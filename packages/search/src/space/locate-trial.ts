import { canonicalJson } from '@holdfast/contracts/canonical-json';
import type { TrialParams } from '@holdfast/contracts/trial-params';
import type { Alternative, Dimension, Value } from './dimensions.ts';
import { unitOfRange } from './sample.ts';
import { appliesIn, valueInTrial } from './trial-shape.ts';

/** Where a value lies in its dimension: which alternative, and for a range the uniform number that draws it. */
export interface Place {
  choice: number;
  /** In [0, 1]; `null` for a value. */
  unit: number | null;
}

/**
 * The places of a trial in a subspace, by dimension: the inverse of `sampleTrial`. Dimensions that do not apply are
 * left out; `null` where the trial does not lie in the subspace.
 */
export function locateTrial(
  dimensions: readonly Dimension[],
  params: TrialParams,
): Map<string, Place> | null {
  const places = new Map<string, Place>();
  for (const dimension of dimensions) {
    if (!appliesIn(dimension, params)) continue;
    const value = valueInTrial(dimension, params);
    const place = value === undefined ? null : locateValue(dimension.alternatives, value);
    if (place === null) return null;
    places.set(dimension.name, place);
  }
  return places;
}

function locateValue(alternatives: readonly Alternative[], value: Value): Place | null {
  for (const [choice, alternative] of alternatives.entries()) {
    if (alternative.kind === 'range') {
      const { min, max } = alternative.range;
      if (typeof value === 'number' && value >= min && value <= max) {
        return { choice, unit: unitOfRange(alternative.range, alternative.integer, value) };
      }
    } else if (
      typeof value === 'object'
        ? canonicalJson(alternative.value) === canonicalJson(value)
        : alternative.value === value
    ) {
      return { choice, unit: null };
    }
  }
  return null;
}
