import type { TrialParams } from '@holdfast/contracts/trial-params';
import { checkTrialNumber, type Sampler } from './sampler.ts';

/** Proposes the trials that the user named, in their order. */
export function createListSampler<Params extends TrialParams>(list: readonly Params[]): Sampler<Params> {
  return {
    trials: list.length,
    propose(n) {
      checkTrialNumber(n, list.length);
      return list[n]!;
    },
  };
}
