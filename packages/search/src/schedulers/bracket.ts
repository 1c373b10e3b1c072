/** Trials that compete with each other, and the rungs at which they do. */
export interface Bracket {
  /** The proposal number of its first trial; the others follow. */
  first: number;
  rungs: Rung[];
}

export interface Rung {
  /** How many trials train in it. */
  trials: number;
  /** Where it ends; `null`, in the last one: with the training. */
  untilEpoch: number | null;
}

/**
 * The rungs of one bracket: the last trains for `epochs`, each before it for a `reductionFactor`th of the next, at least
 * `minEpochs`; of the trials of each, the best `⌊trials / reductionFactor⌋`, at least one, go on to the next.
 * @param skip leaves out so many of the first rungs, for trials that start with more epochs.
 */
export function rungsOf(
  trials: number,
  resource: { epochs: number; minEpochs: number; reductionFactor: number },
  skip = 0,
): Rung[] {
  const { epochs, reductionFactor } = resource;
  const last = lastRung(resource);
  const rungs: Rung[] = [];
  let left = trials;
  for (let rung = skip; rung <= last; rung++) {
    const share = Math.floor(epochs / power(reductionFactor, last - rung));
    rungs.push({ trials: left, untilEpoch: rung === last ? null : share });
    left = Math.max(1, Math.floor(left / reductionFactor));
  }
  return rungs;
}

/** The number of the last rung, from 0: how often the epochs can be divided and `minEpochs` be left. */
export function lastRung(resource: { epochs: number; minEpochs: number; reductionFactor: number }): number {
  const { epochs, minEpochs, reductionFactor } = resource;
  let last = 0;
  while (minEpochs * power(reductionFactor, last + 1) <= epochs) last += 1;
  return last;
}

/** By multiplication: `**` differs between engines. */
export function power(base: number, exponent: number): number {
  let product = 1;
  for (let i = 0; i < exponent; i++) product *= base;
  return product;
}
