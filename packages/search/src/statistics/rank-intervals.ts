/** Pairs this many standard errors apart are apart at any critical value that comes up here. */
const certainlyApart = 6;

/** The first so many resamples are enough for one percentile, and pairs are many. */
const intervalResamples = 400;

/**
 * For each trial an interval that holds its true rank in at least 95 of 100 searches: 1 + the number of trials that are
 * significantly better, up to the number of all less those significantly worse. A trial's differences from all others
 * are tested together, each divided by its own bootstrap standard error, against the 95th percentile of the largest of
 * them over the resamples; what is apart beyond doubt (6 standard errors) does not raise that.
 *
 * Source: Mogstad, Romano, Shaikh and Wilhelm, "Inference for ranks with applications to mobility across neighbourhoods
 * and academic achievement across countries", Review of Economic Studies 91 (2024), section 3.2 (marginal confidence sets,
 * two-sided, with one step down). The percentiles of a bootstrapped rank would not do: of many near ties the luckiest is
 * first in every resample.
 *
 * Takes some trials² × 400 operations.
 * @param points scores, larger is better
 * @param resampled for each trial its scores by resample; those that are NaN count as the point itself
 */
export function* rankIntervals(
  points: readonly number[],
  resampled: readonly Float32Array[],
): Generator<void, [number, number][]> {
  const trials = points.length;
  const deviations = resampled.map((scores, trial) => {
    const point = points[trial]!;
    return Float64Array.from(scores.subarray(0, intervalResamples), (score) =>
      Number.isNaN(score) ? 0 : score - point,
    );
  });
  const squares = deviations.map((deviation) => innerProduct(deviation, deviation));
  const largest = deviations.map(({ length }) => new Float64Array(length));
  const statistics = new Float64Array(trials * trials);
  for (let a = 0; a < trials; a++) {
    const mine = deviations[a]!;
    for (let b = a + 1; b < trials; b++) {
      const both = squares[a]! + squares[b]!;
      const left = both - 2 * innerProduct(mine, deviations[b]!);
      // What is left after rounding alone is no variance.
      const error = left <= both * 1e-12 ? 0 : Math.sqrt(left / mine.length);
      const statistic = studentized(points[a]!, points[b]!, error);
      statistics[a * trials + b] = statistic;
      statistics[b * trials + a] = -statistic;
      if (error > 0 && Math.abs(statistic) <= certainlyApart) {
        raiseLargest(largest[a]!, largest[b]!, mine, deviations[b]!, 1 / error);
      }
    }
    yield;
  }
  return points.map((_, trial) => {
    const critical = upperQuantile(largest[trial]!);
    let better = 0;
    let worse = 0;
    for (let other = 0; other < trials; other++) {
      const statistic = statistics[trial * trials + other]!;
      if (statistic < -critical) better += 1;
      if (statistic > critical) worse += 1;
    }
    return [1 + better, trials - worse];
  });
}

/** In four partial sums, one for each remainder of the index by 4. */
function innerProduct(x: Float64Array, y: Float64Array): number {
  const { length } = x;
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < length; i += 4) {
    a += x[i]! * y[i]!;
    b += x[i + 1]! * y[i + 1]!;
    c += x[i + 2]! * y[i + 2]!;
    d += x[i + 3]! * y[i + 3]!;
  }
  for (; i < length; i++) a += x[i]! * y[i]!;
  return a + b + (c + d);
}

/** A difference that never varies is no matter of chance, but for what rounding makes of none. */
function studentized(a: number, b: number, error: number): number {
  const difference = a - b;
  if (error > 0) return difference / error;
  if (Math.abs(difference) <= 1e-7 * (Math.abs(a) + Math.abs(b))) return 0;
  return difference > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
}

function raiseLargest(
  ofA: Float64Array,
  ofB: Float64Array,
  a: Float64Array,
  b: Float64Array,
  scale: number,
): void {
  for (let i = 0; i < a.length; i++) {
    const size = Math.abs(a[i]! - b[i]!) * scale;
    if (size > ofA[i]!) ofA[i] = size;
    if (size > ofB[i]!) ofB[i] = size;
  }
}

/** The smallest value that at least 95 % do not exceed. */
function upperQuantile(values: Float64Array): number {
  const sorted = values.slice().sort();
  return sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0;
}
