/** Multiply-adds a second of one thread of the plain engine on a processor of 2020; others are quicker. */
const plainMultiplyAddsPerSecond = 5e8;

/**
 * A rough forecast of how long a search trains, in seconds: its fold runs' multiply-adds at a stated rate, shared
 * among threads, but no less than its longest fold run takes on one.
 * @throws RangeError where threads or rate are not above 0.
 */
export function estimateSeconds(input: {
  /** Of all fold runs together. */
  multiplyAdds: number;
  /** Of the longest fold run. */
  longestFoldRun?: number;
  threads: number;
  /** Of one thread. */
  multiplyAddsPerSecond?: number;
}): number {
  const {
    multiplyAdds,
    longestFoldRun = 0,
    threads,
    multiplyAddsPerSecond = plainMultiplyAddsPerSecond,
  } = input;
  if (!(threads > 0 && multiplyAddsPerSecond > 0)) {
    throw new RangeError(`Threads and rate must be above 0, not ${threads} and ${multiplyAddsPerSecond}`);
  }
  return Math.max(multiplyAdds / threads, longestFoldRun) / multiplyAddsPerSecond;
}
