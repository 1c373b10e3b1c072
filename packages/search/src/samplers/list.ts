import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { checkTrialNumber, type Sampler } from './sampler.ts';

/** Proposes the trials that the user named, in their order. */
export function createListSampler(list: readonly Hyperparameters[]): Sampler {
  return {
    trials: list.length,
    propose(n) {
      checkTrialNumber(n, list.length);
      return list[n]!;
    },
  };
}
