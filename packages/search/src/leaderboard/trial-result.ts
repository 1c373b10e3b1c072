import type { NamedScores } from '@holdfast/contracts/metrics';
import type { FoldRunState, TrialState } from '@holdfast/contracts/states';
import type { TrialParams } from '@holdfast/contracts/trial-params';

/** What a leaderboard needs of a fold run. */
export interface FoldResult {
  repeat: number;
  fold: number;
  state: FoldRunState;
  reason: string | null;
  validation: NamedScores | null;
  training: NamedScores | null;
  /** Epochs trained; `null` until there is a result. */
  epochs: number | null;
  seconds: number | null;
}

/** What a leaderboard needs of a trial. */
export interface TrialResult {
  trial: number;
  status: TrialState;
  reason: string | null;
  params: TrialParams;
  /** `null` in an external search. */
  weightCount: number | null;
  /** All fold runs of the trial, in any order. */
  folds: readonly FoldResult[];
}
