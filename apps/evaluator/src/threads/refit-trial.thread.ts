import { type RefitInput, type RefitOutcome, refitTrial } from '@holdfast/core/training/refit-trial';

/** Training rows and hyperparameters; the rows stand in shared memory. */
export type RefitTask = Omit<RefitInput, 'engine' | 'isCancelled'> & {
  /** One element over shared memory: the training ends soon after it becomes 1. */
  cancelled: Int32Array;
};

/** The entry of a Piscina thread. */
export default function refit({ cancelled, ...input }: RefitTask): RefitOutcome {
  return refitTrial({ ...input, isCancelled: () => Atomics.load(cancelled, 0) === 1 });
}
