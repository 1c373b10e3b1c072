import type { TrialState } from '@holdfast/contracts/states';
import type { TrialParams } from '@holdfast/contracts/trial-params';
import { meanOf } from '../statistics/fold-statistics.ts';

/** What decisions know of a trial. */
export interface TrialProgress {
  status: TrialState;
  params: TrialParams;
  /**
   * The objective's score by rung, then by fold run in the order of repeat and fold; `null` where it is not defined,
   * `undefined` where there is no result.
   */
  scores: readonly (readonly (number | null | undefined)[])[];
}

export function isOpen({ status }: Pick<TrialProgress, 'status'>): boolean {
  return status === 'waiting' || status === 'running';
}

/** The results of a rung in the order of fold runs, as far as they are there without a gap. */
export function rungScores(trial: TrialProgress, rung: number): (number | null)[] {
  const scores: (number | null)[] = [];
  for (const score of trial.scores[rung] ?? []) {
    if (score === undefined) break;
    scores.push(score);
  }
  return scores;
}

/**
 * What a trial's rung came to: its mean score over all fold runs, larger is better; `null` where that is not defined or
 * the trial ended before; `undefined` while it is not known.
 */
export function rungValue(
  trial: TrialProgress,
  rung: number,
  foldRuns: number,
  sign: 1 | -1,
): number | null | undefined {
  const scores = rungScores(trial, rung);
  if (scores.length === foldRuns) {
    const mean = meanOf(scores);
    return mean === null ? null : sign * mean;
  }
  return isOpen(trial) ? undefined : null;
}
