import type { AnyResolvedSpec } from '@holdfast/contracts/any-spec';
import type { TrialParams } from '@holdfast/contracts/trial-params';
import { searchedSpace } from '../space/searched-space.ts';
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
  spec: AnyResolvedSpec,
  trials: number,
  prior: readonly Observation<TrialParams>[] = [],
): Sampler<TrialParams> {
  const { strategy, seed } = spec;
  const space = searchedSpace(spec);
  switch (strategy.kind) {
    case 'grid':
      return createGridSampler<TrialParams>(space, trials);
    case 'random':
    case 'halving':
    case 'hyperband':
      return createRandomSampler<TrialParams>(space, seed, trials);
    case 'sobol':
      return createSobolSampler<TrialParams>(space, seed, trials);
    case 'tpe': {
      const { lag, startupTrials } = strategy;
      return createTpeSampler<TrialParams>(space, seed, { trials, lag, startupTrials, prior });
    }
    case 'list':
      // Complete since the spec was resolved.
      return createListSampler(strategy.trials.slice(0, trials) as TrialParams[]);
  }
}
