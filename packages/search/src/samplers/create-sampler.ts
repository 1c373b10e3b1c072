import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { ResolvedSearchSpec } from '@holdfast/contracts/search-spec';
import { createGridSampler } from './grid.ts';
import { createListSampler } from './list.ts';
import { createRandomSampler } from './random.ts';
import type { Observation, Sampler } from './sampler.ts';
import { createSobolSampler } from './sobol.ts';
import { createTpeSampler } from './tpe.ts';

/**
 * The sampler of a resolved spec, for so many trials. Halving and hyperband draw at random, as their papers do.
 * @param prior trials of earlier searches, for those that learn
 */
export function createSampler(
  { strategy, space, seed }: ResolvedSearchSpec,
  trials: number,
  prior: readonly Observation[] = [],
): Sampler {
  switch (strategy.kind) {
    case 'grid':
      return createGridSampler(space, trials);
    case 'random':
    case 'halving':
    case 'hyperband':
      return createRandomSampler(space, seed, trials);
    case 'sobol':
      return createSobolSampler(space, seed, trials);
    case 'tpe': {
      const { lag, startupTrials } = strategy;
      return createTpeSampler(space, seed, { trials, lag, startupTrials, prior });
    }
    case 'list':
      // Complete since the spec was resolved.
      return createListSampler(strategy.trials.slice(0, trials) as Hyperparameters[]);
  }
}
