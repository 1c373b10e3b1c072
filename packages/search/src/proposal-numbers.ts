/**
 * The number of the trial that a proposal becomes: the proposal's own, unless own trials or earlier extensions took
 * numbers before it.
 * @param numbering from which proposal on which numbers follow, in rising order
 */
export function numberOf(
  numbering: readonly { proposal: number; number: number }[],
  proposal: number,
): number {
  const run = numbering.findLast((start) => start.proposal <= proposal);
  return run === undefined ? proposal : run.number + proposal - run.proposal;
}
