/** What a ladder remembers between submissions; never changed in place. */
export interface LadderState {
  /** The loss that the board shows, rounded to 1/n; null before the first submission. */
  readonly best: number | null;
  /** The losses of the submission that it belongs to, one for each test row. */
  readonly losses: readonly number[];
}

export const emptyLadder: LadderState = { best: null, losses: [] };

/**
 * The parameter-free Ladder: a board that answers with the best loss so far, and changes it only where a submission is
 * better by more than the standard error of the paired difference. The caller is told nothing else about a submission.
 * Source: Blum & Hardt, "The Ladder: a reliable leaderboard for machine learning competitions", ICML 2015, figure 2;
 * the standard deviation is the sample's (n − 1).
 *
 * It resists the attack that averages random submissions. It is no proof against every caller: one that changes few
 * rows at a time still learns up to a bit from each step that is taken, so submissions should be limited all the same.
 *
 * @param losses of the submission, one in [0, 1] for each test row, always in the same order of rows; at least 2
 * @throws RangeError for a loss outside [0, 1], fewer than 2 rows, or another number of rows than before.
 */
export function climbLadder(state: LadderState, losses: readonly number[]): LadderState & { best: number } {
  const rows = losses.length;
  if (rows < 2) throw new RangeError(`A ladder needs at least 2 test rows, not ${rows}`);
  const strange = losses.findIndex((loss) => !(loss >= 0 && loss <= 1));
  if (strange >= 0)
    throw new RangeError(`The loss of row ${strange} must be in [0, 1], not ${losses[strange]}`);
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / rows;
  const rounded = Math.round(mean * rows) / rows;
  if (state.best === null) return { best: rounded, losses: [...losses] };
  if (state.losses.length !== rows)
    throw new RangeError(`This ladder's test set has ${state.losses.length} rows, not ${rows}`);

  const differences = losses.map((loss, row) => loss - state.losses[row]!);
  const middle = differences.reduce((sum, difference) => sum + difference, 0) / rows;
  const squares = differences.reduce(
    (sum, difference) => sum + (difference - middle) * (difference - middle),
    0,
  );
  const step = Math.sqrt(squares / (rows - 1) / rows);
  if (!(mean < state.best - step)) return { best: state.best, losses: state.losses };
  return { best: rounded, losses: [...losses] };
}
