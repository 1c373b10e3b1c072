import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';

/** Proposes trials by number. Proposal n depends on the resolved spec and on n alone, never on when it is asked for. */
export interface Sampler {
  /** How many trials there are to propose. */
  readonly trials: number;
  /**
   * The hyperparameters of trial n, from 0 to `trials − 1`.
   * @throws RangeError for another n.
   */
  propose(n: number): Hyperparameters;
}

/** @throws RangeError where there is no such trial. */
export function checkTrialNumber(n: number, trials: number): void {
  if (!Number.isInteger(n) || n < 0 || n >= trials) {
    throw new RangeError(`There is no trial ${n}: they are numbered from 0 to ${trials - 1}`);
  }
}
