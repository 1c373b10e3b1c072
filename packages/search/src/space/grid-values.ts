import { canonicalJson } from '@holdfast/contracts/canonical-json';
import type { Dimension, Value } from './dimensions.ts';
import { rangeValues } from './range-values.ts';

/**
 * The values of a dimension on a grid, each once, in the order written: choices as listed, a range's points ascending.
 * @throws RangeError for a range without `points`.
 */
export function gridValues(dimension: Dimension): Value[] {
  const { alternatives } = dimension;
  const only = alternatives[0];
  if (alternatives.length === 1 && only) {
    return only.kind === 'value' ? [only.value] : rangeValues(only.range, only.integer);
  }
  const values = new Map<string, Value>();
  for (const alternative of alternatives) {
    const items =
      alternative.kind === 'value'
        ? [alternative.value]
        : rangeValues(alternative.range, alternative.integer);
    for (const item of items) {
      const key = canonicalJson(item);
      if (!values.has(key)) values.set(key, item);
    }
  }
  return [...values.values()];
}

/** As `gridValues(dimension).length`, without laying out the points of a range that stands alone where it can. */
export function countGridValues(dimension: Dimension): number {
  const [only, ...others] = dimension.alternatives;
  if (others.length === 0 && only?.kind === 'range' && !only.integer && only.range.points !== undefined) {
    return only.range.points;
  }
  return gridValues(dimension).length;
}
