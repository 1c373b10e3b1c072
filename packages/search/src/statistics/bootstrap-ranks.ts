import type { Direction } from '@holdfast/contracts/metrics';
import { boundedInteger } from '@holdfast/numeric/bounded-integer';
import type { Seed } from '@holdfast/numeric/derive-seed';
import { createStream } from '@holdfast/numeric/stream';

export interface BootstrapRanks {
  /** Per trial, the 2.5th and 97.5th percentile of its rank over the resamples; trials that tie share the better one. */
  rankInterval: [number, number][];
  /** Per trial, the share of resamples in which it is first; a first place that k trials share is 1/k for each. */
  probabilityBest: number[];
  /** Per trial, whether the central 95 % of its differences from the best trial hold 0. */
  tiedWithBest: boolean[];
  /**
   * The score of choosing the best: over the resamples, the mean out-of-bag score of the trial that was best in the
   * bag. `null` where every resample held every row.
   */
  corrected: number | null;
}

/**
 * How sure a ranking is, by resampling rows with replacement, the same rows for every trial. `corrected` is the
 * bootstrap bias corrected estimate of Tsamardinos, Greasidou and Borboudakis, "Bootstrapping the out-of-sample
 * predictions for efficient and accurate cross-validation", Machine Learning 107 (2018), algorithm 2.
 * For metrics that are means over rows (accuracy, loss, squared and absolute error).
 * @param input.scores per trial, the out-of-fold score of each row, repeats averaged; all of one length.
 * @throws RangeError without trials or rows, or where their lengths differ.
 */
export function bootstrapRanks(input: {
  scores: readonly Float64Array[];
  direction: Direction;
  seed: Seed;
  /** 1000 unless given. */
  resamples?: number;
}): BootstrapRanks {
  const { scores, direction, seed, resamples = 1000 } = input;
  const rows = scores[0]?.length ?? 0;
  if (rows === 0) throw new RangeError('Ranks need one trial and one row or more');
  const other = scores.findIndex((row) => row.length !== rows);
  if (other >= 0)
    throw new RangeError(`Trial ${other} has ${scores[other]!.length} rows, the first one ${rows}`);
  const sign = direction === 'maximize' ? 1 : -1;
  const best = indexOfBest(scores.map((row) => sign * weightedSum(row, null)));

  const ranks = scores.map(() => new Uint32Array(resamples));
  const differences = scores.map(() => new Float64Array(resamples));
  const firsts = scores.map(() => 0);
  let correctedSum = 0;
  let correctedCount = 0;
  for (let resample = 0; resample < resamples; resample++) {
    const counts = drawCounts(seed, resample, rows);
    const means = scores.map((row) => (sign * weightedSum(row, counts)) / rows);
    // Position of each mean among all, from the largest; equal ones share the first position.
    const descending = Float64Array.from(means).sort().reverse();
    const rankOf = new Map<number, number>();
    descending.forEach((mean, index) => {
      if (!rankOf.has(mean)) rankOf.set(mean, index + 1);
    });
    const winners = means.filter((mean) => mean === descending[0]).length;
    means.forEach((mean, trial) => {
      ranks[trial]![resample] = rankOf.get(mean)!;
      differences[trial]![resample] = mean - means[best]!;
      if (mean === descending[0]) firsts[trial]! += 1 / winners;
    });
    const outOfBag = meanOutOfBag(scores[indexOfBest(means)]!, counts);
    if (outOfBag === null) continue;
    correctedSum += outOfBag;
    correctedCount += 1;
  }
  return {
    rankInterval: ranks.map((drawn) => centralInterval(drawn)),
    probabilityBest: firsts.map((share) => share / resamples),
    tiedWithBest: differences.map((drawn) => {
      const [low, high] = centralInterval(drawn);
      return low <= 0 && high >= 0;
    }),
    corrected: correctedCount === 0 ? null : correctedSum / correctedCount,
  };
}

/** How often each row was drawn. */
function drawCounts(seed: Seed, resample: number, rows: number): Uint32Array {
  const cursor = { stream: createStream(seed, 'bootstrap', resample), next: 0 };
  const counts = new Uint32Array(rows);
  for (let draw = 0; draw < rows; draw++) counts[boundedInteger(cursor, rows)]! += 1;
  return counts;
}

/** In row order. */
function weightedSum(scores: Float64Array, counts: Uint32Array | null): number {
  let sum = 0;
  for (let row = 0; row < scores.length; row++) sum += scores[row]! * (counts === null ? 1 : counts[row]!);
  return sum;
}

function meanOutOfBag(scores: Float64Array, counts: Uint32Array): number | null {
  let sum = 0;
  let left = 0;
  for (let row = 0; row < scores.length; row++) {
    if (counts[row] !== 0) continue;
    sum += scores[row]!;
    left += 1;
  }
  return left === 0 ? null : sum / left;
}

/** The first of the largest. */
function indexOfBest(values: readonly number[]): number {
  return values.reduce((best, value, index) => (value > values[best]! ? index : best), 0);
}

/** The 2.5th and 97.5th percentile, each the nearest drawn value outward. */
function centralInterval(drawn: Uint32Array | Float64Array): [number, number] {
  const sorted = drawn.slice().sort();
  const tail = Math.floor(sorted.length * 0.025);
  return [sorted[tail]!, sorted[sorted.length - 1 - tail]!];
}
