import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Scores } from '@holdfast/contracts/metrics';
import type { FoldRunState, TrialState } from '@holdfast/contracts/states';

/** What a leaderboard needs of a fold run. */
export interface FoldResult {
  repeat: number;
  fold: number;
  state: FoldRunState;
  reason: string | null;
  validation: Scores | null;
  training: Scores | null;
  /** Epochs trained; `null` until there is a result. */
  epochs: number | null;
  seconds: number | null;
}

/** What a leaderboard needs of a trial. */
export interface TrialResult {
  trial: number;
  status: TrialState;
  reason: string | null;
  params: Hyperparameters;
  weightCount: number;
  /** All fold runs of the trial, in any order. */
  folds: readonly FoldResult[];
}
