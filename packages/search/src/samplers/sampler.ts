import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { TrialParams } from '@holdfast/contracts/trial-params';

/** A trial that has ended, as a sampler sees it. */
export interface Observation<Params extends TrialParams = Hyperparameters> {
  params: Params;
  /** Better is larger, whatever the metric; `null` where the trial has no score. */
  value: number | null;
}

/**
 * Proposes trials by number. Proposal n depends on the resolved spec, on n and on the results of trials below n − `lag`
 * alone, never on when it is asked for.
 */
export interface Sampler<Params extends TrialParams = Hyperparameters> {
  /** How many trials there are to propose. */
  readonly trials: number;
  /** Proposals below this number, at least one, look at no results. All, where `lag` is absent. */
  readonly independent?: number;
  /** Absent where no proposal looks at results. */
  readonly lag?: number;
  /**
   * The hyperparameters of trial n, from 0 to `trials − 1`.
   * @param earlier the trials by number, those below n at least; the values of those from n − `lag` on are not looked at.
   * @throws RangeError for another n, and where a trial that it depends on is missing.
   */
  propose(n: number, earlier?: readonly Observation<Params>[]): Params;
}

/** @throws RangeError where there is no such trial. */
export function checkTrialNumber(n: number, trials: number): void {
  if (!Number.isInteger(n) || n < 0 || n >= trials) {
    throw new RangeError(`There is no trial ${n}: they are numbered from 0 to ${trials - 1}`);
  }
}
