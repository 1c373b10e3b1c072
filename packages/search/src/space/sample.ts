import type { Range } from '@holdfast/contracts/space';
import type { TrialParams } from '@holdfast/contracts/trial-params';
import { exp } from '@holdfast/numeric/exp';
import { log } from '@holdfast/numeric/log';
import type { Alternative, Dimension, Value } from './dimensions.ts';
import { between } from './range-values.ts';
import { appliesBeside, shapeTrial, type Values } from './trial-shape.ts';

/** A uniform number in (0, 1) for a dimension: one to choose an alternative by, one to draw from a range by. */
export type Draw = (name: string, what: 'choice' | 'value') => number;

/** One of `count` items by a uniform number, each as likely as the next to within 2⁻⁵²·count. */
export function chooseIndex(u: number, count: number): number {
  return Math.min(count - 1, Math.floor(u * count));
}

/**
 * The value of a range at the uniform number `u` in (0, 1).
 * Real numbers: uniform on the range's scale, 12 significant digits, ends included.
 * Integers: each equally likely on a linear scale, `⌊min + u·(max − min + 1)⌋`; on a logarithmic one
 * `exp(ln(min − ½) + u·(ln(max + ½) − ln(min − ½)))` to the nearest integer, so that the ends get their whole share.
 */
function sampleRange(range: Range, integer: boolean, u: number): number {
  const { min, max, scale } = range;
  if (!integer) return between(range, u, false);
  if (scale === 'linear') return Math.min(max, Math.floor(min + u * (max - min + 1)));
  const low = log(min - 0.5);
  const drawn = Math.floor(exp(low + (log(max + 0.5) - low) * u) + 0.5);
  return Math.min(max, Math.max(min, drawn));
}

/** The uniform number, in [0, 1], that `sampleTrial` makes this value of; the middle of those that make an integer. */
export function unitOfRange(range: Range, integer: boolean, value: number): number {
  const { min, max, scale } = range;
  let unit: number;
  if (integer) {
    unit =
      scale === 'linear'
        ? (value - min + 0.5) / (max - min + 1)
        : (log(value) - log(min - 0.5)) / (log(max + 0.5) - log(min - 0.5));
  } else {
    unit = scale === 'linear' ? (value - min) / (max - min) : (log(value) - log(min)) / (log(max) - log(min));
  }
  return Math.min(1, Math.max(0, unit));
}

/** The value of an alternative; that of a range at a uniform number. */
export function valueAt(alternative: Alternative, u: number | null): Value {
  return alternative.kind === 'value'
    ? alternative.value
    : sampleRange(alternative.range, alternative.integer, u!);
}

/** One trial of a subspace: each dimension that applies draws an alternative, and a value where that is a range. */
export function sampleTrial(dimensions: readonly Dimension[], draw: Draw): TrialParams {
  const values: Values = {};
  for (const dimension of dimensions) {
    const { name, alternatives } = dimension;
    if (!appliesBeside(dimension, values)) continue;
    const index = alternatives.length === 1 ? 0 : chooseIndex(draw(name, 'choice'), alternatives.length);
    const chosen = alternatives[index]!;
    values[name] = valueAt(chosen, chosen.kind === 'range' ? draw(name, 'value') : null);
  }
  return shapeTrial(dimensions, values);
}
