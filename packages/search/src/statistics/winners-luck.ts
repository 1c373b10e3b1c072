/**
 * How far from the observed scores the coupled draws lie, in standard errors: the square root of their α. Where true
 * scores are normal, what is taken off is too much by α/2 = 1/8 of the luck at most, however far apart they lie; at
 * α = 1, which is BBC-CV's, by half of it. Smaller ones would rest on fewer resamples in which the winner changes.
 */
const step = 0.5;

/**
 * By how much the best of many scores is better than it is worth, since it was chosen for being the best: over the
 * resamples, the best score less what the winner of a disturbed board scores on the other half of the disturbance.
 *
 * Each resample moves the scores by some e. The board disturbed by ½·e chooses a winner w; the scores disturbed by −2·e
 * have nothing in common with that choice (their covariance with it is that of the scores less that of e, which is 0),
 * so that w's is worth what w is: x_w − 2·e_w. Sources: Oliveira, Lei and Tibshirani, "Unbiased risk estimation in the
 * normal means problem via coupled bootstrap techniques", arXiv 2111.09447 (2021), section 2, with α = ¼; the idea of
 * small disturbances is the little bootstrap's of Breiman, Journal of the American Statistical Association 87 (1992).
 * With α = 1 it is BBC-CV (Tsamardinos, Greasidou and Borboudakis, Machine Learning 107 (2018), algorithm 2): what is
 * out of the bag is disturbed by −e. That says what is chosen from half as many rows, which is less where some are
 * better in truth. Each e is taken with −e, which makes it 0 for a single trial, and never negative.
 *
 * @param points scores, larger is better
 * @param resampled for each trial its scores by resample; NaN: not defined there, so it does not win there
 * @returns 0 or more; `null` where nothing was ever defined
 */
export function* winnersLuck(
  points: readonly number[],
  resampled: readonly Float64Array[],
): Generator<void, number | null> {
  const best = points.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const resamples = resampled[0]?.length ?? 0;
  let luck = 0;
  let defined = 0;
  for (let resample = 0; resample < resamples; resample++) {
    const up = winnerOf(points, resampled, resample, step);
    if (up >= 0) {
      const down = winnerOf(points, resampled, resample, -step);
      const moved = (trial: number) => resampled[trial]![resample]! - points[trial]!;
      luck += best - (points[up]! + points[down]!) / 2 + (moved(up) - moved(down)) / (2 * step);
      defined += 1;
    }
    if (resample % 64 === 63) yield;
  }
  // Below 0 by rounding alone.
  return defined === 0 ? null : Math.max(0, luck / defined);
}

/** The first of the largest; −1 where none is defined. In float32: what rounding alone tells apart shall tie. */
function winnerOf(
  points: readonly number[],
  resampled: readonly Float64Array[],
  resample: number,
  share: number,
): number {
  let winner = -1;
  let largest = Number.NEGATIVE_INFINITY;
  for (let trial = 0; trial < points.length; trial++) {
    const point = points[trial]!;
    const score = Math.fround(point + share * (resampled[trial]![resample]! - point));
    if (score > largest) {
      winner = trial;
      largest = score;
    }
  }
  return winner;
}
