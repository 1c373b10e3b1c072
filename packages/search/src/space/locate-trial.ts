import { canonicalJson } from '@holdfast/contracts/canonical-json';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { applies } from './applicability.ts';
import type { Assignment } from './assemble-trial.ts';
import { contextOf } from './assemble-trial.ts';
import type { Alternative, Dimension, DimensionName, Value } from './dimensions.ts';
import { unitOfRange } from './sample.ts';

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
  params: Hyperparameters,
): Map<DimensionName, Place> | null {
  const context = contextOf(params as unknown as Assignment);
  const places = new Map<DimensionName, Place>();
  for (const dimension of dimensions) {
    const { name } = dimension;
    if (!applies(name, context)) continue;
    const value = valueIn(name, params);
    const place = value === undefined ? null : locateValue(dimension.alternatives, value);
    if (place === null) return null;
    places.set(name, place);
  }
  return places;
}

function valueIn(name: DimensionName, params: Hyperparameters): Value | undefined {
  if (name === 'layers') return params.hiddenLayers.length;
  if (name === 'units') return params.hiddenLayers[0];
  return params[name as keyof Hyperparameters];
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
