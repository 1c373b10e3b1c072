/** Fold runs that all workers had completed at some moment, in ms. */
export interface Sample {
  at: number;
  completed: number;
}

/** Over the samples given; `null` with fewer than two. A worker that left takes its count with it: then 0 at least. */
export function foldsPerSecond(samples: readonly Sample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at === first.at) return null;
  return Math.max(0, (last.completed - first.completed) / ((last.at - first.at) / 1000));
}
