import type { FoldsOf, ResampledScore } from './fold-measure.ts';
import type { ResamplingUnits } from './resampling-units.ts';

/** Up to it, products with whole weights stay exact in a double, whatever is added up. */
const largestMultiple = 67_108_864;

/** What only depends on which rows are there: the same for all trials with the same folds. */
interface Coverage {
  denominators: Float64Array;
  /** By weights. */
  sums: WeakMap<Uint16Array, number>;
}

const coverages = new WeakMap<ResamplingUnits, Map<string, Coverage>>();

/**
 * The mean over folds of the mean over rows, as one quotient of weighted sums: a row of a fold of n rows weighs 1/n.
 * The weights are made whole by the least common multiple of the folds' sizes, so that trials that are right on as many
 * rows tie to the last bit, whichever rows those are.
 */
export function scoreMean(
  folds: FoldsOf<'mean'> | FoldsOf<'rootMean'>,
  units: ResamplingUnits,
): ResampledScore {
  const multiple = folds.reduce((so, { rows }) => leastCommonMultiple(so, rows.length), 1);
  const whole = multiple <= largestMultiple ? multiple : 1;
  const numerators = new Float64Array(units.count);
  for (const { rows, measure } of folds) {
    const weight = whole / rows.length;
    for (let i = 0; i < rows.length; i++) numerators[units.ofRow[rows[i]!]!]! += weight * measure.values[i]!;
  }
  const { denominators, sums } = coverageOf(folds, units, whole);
  return (weights) => {
    let below = sums.get(weights);
    if (below === undefined) {
      below = weightedSum(weights, denominators);
      sums.set(weights, below);
    }
    return weightedSum(weights, numerators) / below;
  };
}

function coverageOf(
  folds: FoldsOf<'mean'> | FoldsOf<'rootMean'>,
  units: ResamplingUnits,
  whole: number,
): Coverage {
  const known = coverages.get(units) ?? new Map<string, Coverage>();
  coverages.set(units, known);
  const name = folds.map(({ repeat, fold }) => `${repeat}.${fold}`).join(' ');
  const before = known.get(name);
  if (before) return before;
  const denominators = new Float64Array(units.count);
  for (const { rows } of folds) {
    for (let i = 0; i < rows.length; i++) denominators[units.ofRow[rows[i]!]!]! += whole / rows.length;
  }
  const made: Coverage = { denominators, sums: new WeakMap() };
  known.set(name, made);
  return made;
}

/** In four partial sums, one for each remainder of the index by 4: the processor adds them side by side. */
function weightedSum(weights: Uint16Array, values: Float64Array): number {
  const { length } = values;
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < length; i += 4) {
    a += weights[i]! * values[i]!;
    b += weights[i + 1]! * values[i + 1]!;
    c += weights[i + 2]! * values[i + 2]!;
    d += weights[i + 3]! * values[i + 3]!;
  }
  for (; i < length; i++) a += weights[i]! * values[i]!;
  return a + b + (c + d);
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return (a / x) * b;
}
