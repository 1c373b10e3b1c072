import type { CompletedRefit, RefitInput } from '@holdfast/core/training/refit-trial';

/** What a thread is handed: the data set stands in shared memory. */
export type RefitTrialTask = Pick<RefitInput, 'data' | 'trial' | 'params' | 'spec' | 'foldEpochs'> & {
  /** Memory that it takes beside the data set, see `estimateFoldCost`. */
  bytes: number;
  /** One element over shared memory: the training ends soon after it becomes 1. */
  cancelled: Int32Array;
};

/** `diverged`: every run did; `failed` is the training's own error. */
export type RefitTrialAnswer =
  | {
      status: 'completed';
      refit: Omit<CompletedRefit, 'model'>;
      /** See `encodeModel`. */
      bytes: Uint8Array;
      engine: string;
      seconds: number;
    }
  | { status: 'cancelled' }
  | { status: 'diverged'; reason: string }
  | { status: 'failed'; reason: string };
