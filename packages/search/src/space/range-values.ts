import type { Range } from '@holdfast/contracts/space';
import { exp } from '@holdfast/numeric/exp';
import { log } from '@holdfast/numeric/log';

/** Inner points and draws keep this many significant digits, so that they read well: 0.01, not 0.010000000000000002. */
const significantDigits = 12;

/** Two neighbouring points of a grid lie at least this far apart, relative to the larger end of the range. */
const smallestStep = 1e-10;

/**
 * The points of a range on a grid, ascending, both ends exact. With `t = k / (points − 1)` an inner point is
 * `min·(1 − t) + max·t` on a linear scale and `exp(ln min + (ln max − ln min)·t)` on a logarithmic one, rounded to 12
 * significant digits. Integer ranges round to the nearest integer (halves up); points that then fall together are one.
 * @throws RangeError for a range without `points`.
 */
export function rangeValues(range: Range, integer: boolean): number[] {
  const { min, max, points } = range;
  if (points === undefined) throw new RangeError('A range without points has no values on a grid');
  const values: number[] = [];
  for (let k = 0; k < points; k++) {
    const value = k === 0 ? min : k === points - 1 ? max : between(range, k / (points - 1), integer);
    if (value !== values.at(-1)) values.push(value);
  }
  return values;
}

/** The value at the share `t` (0 to 1) of a range on its scale, never outside the range. */
export function between(range: Range, t: number, integer: boolean): number {
  const { min, max, scale } = range;
  let exact: number;
  if (scale === 'log') {
    const low = log(min);
    exact = exp(low + (log(max) - low) * t);
  } else {
    // The difference of far ends could overflow.
    exact = min * (1 - t) + max * t;
  }
  const rounded = integer ? Math.floor(exact + 0.5) : roundDigits(exact);
  return Math.min(max, Math.max(min, rounded));
}

/** Rounded to 12 significant decimal digits; ECMAScript specifies every bit of it. */
export function roundDigits(value: number): number {
  return Number(value.toPrecision(significantDigits));
}

/** Whether the points of a range would be nearer to each other than the digits that are kept can tell. */
export function pointsFallTogether(range: Range, points: number): boolean {
  const { min, max, scale } = range;
  const step = scale === 'log' ? log(max) - log(min) : (max - min) / Math.max(Math.abs(min), Math.abs(max));
  return step / (points - 1) < smallestStep;
}
