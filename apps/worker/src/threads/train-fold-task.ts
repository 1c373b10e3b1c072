import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { EarlyStopping } from '@holdfast/contracts/search-spec';
import type { FoldBaselines } from '@holdfast/core/training/train-baselines';
import type { CompletedFold } from '@holdfast/core/training/train-fold';
import type { TrainingSet } from '@holdfast/core/training-set';

/** What a thread is handed: data sets and fold assignments stand in shared memory, one copy for all threads. */
export interface TrainFoldTask {
  data: TrainingSet;
  /** The fold of each training row in this repeat. */
  assignment: Uint16Array;
  fold: number;
  gap: number;
  params: Hyperparameters;
  earlyStopping: EarlyStopping | null;
  /** Where this rung of the training ends; `null`: with the training. */
  untilEpoch: number | null;
  /** Of the rung before, if it is still there. */
  checkpoint: Uint8Array | null;
  /** The fold run's own, see `deriveSeed`. */
  seed: string;
  /** Of the fold's baselines, which are trained beside it; `null`: not with this one. */
  baselineSeed: string | null;
  /** Memory that it takes beside the data set, see `estimateFoldCost`. */
  bytes: number;
  /** One element over shared memory: the training ends soon after it becomes 1. */
  cancelled: Int32Array;
}

export interface TrainedFold {
  outcome: CompletedFold;
  baselines: FoldBaselines | null;
  rows: { training: number; validation: number };
  engine: string;
  startedAt: Date;
  finishedAt: Date;
  seconds: number;
}

/** `failed` is the trial's own error, thrown by its training; a thread that dies answers nothing. */
export type TrainFoldAnswer =
  | ({ status: 'completed' } & TrainedFold)
  | { status: 'cancelled' }
  | { status: 'failed'; reason: string };
