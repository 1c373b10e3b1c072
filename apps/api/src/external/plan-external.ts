import type { SearchPlan } from '@holdfast/contracts/search';
import type { PreparedExternal } from './prepare-external.ts';

/** What an external search would be: how long it takes, its trainer knows. */
export function planExternal(prepared: PreparedExternal): SearchPlan {
  const { trials, trialsToCome, foldRuns, warnings, spec } = prepared;
  return {
    trials: trials.length + trialsToCome,
    folds: foldRuns,
    nested: null,
    largestWeightCount: null,
    estimatedSeconds: null,
    warnings,
    spec,
  };
}
