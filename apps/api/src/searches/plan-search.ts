import type { SearchPlan } from '@holdfast/contracts/search';
import type { Database } from '@holdfast/db/open-database';
import { listWorkers } from '@holdfast/db/workers';
import { estimateSeconds } from '@holdfast/search/estimate-seconds';
import type { PreparedSearch } from './prepare-search.ts';

/** What a search would be: the answer to a dry run. Time is reckoned for the workers that are here now. */
export async function planSearch(database: Database, prepared: PreparedSearch): Promise<SearchPlan> {
  const { trials, trialsToCome, foldRuns, nestedFoldRuns, spec, warnings } = prepared;
  const planned = trials.length + trialsToCome;
  const workers = await listWorkers(database);
  const threads = workers.reduce((sum, worker) => sum + worker.threads, 0);
  // Those to come, and those of inner searches, are taken to cost what the others do.
  const multiplyAdds =
    (trials.reduce((sum, { cost }) => sum + cost, 0) / trials.length) * (foldRuns + nestedFoldRuns);
  return {
    trials: planned,
    folds: foldRuns,
    nested:
      spec.crossValidation.outer === undefined
        ? null
        : { outerFolds: spec.crossValidation.outer.folds, folds: nestedFoldRuns },
    largestWeightCount: trials.reduce((most, { weightCount }) => Math.max(most, weightCount), 0),
    estimatedSeconds: estimateSeconds({ multiplyAdds, threads: Math.max(1, threads) }),
    warnings:
      threads > 0
        ? warnings
        : [...warnings, { code: 'noWorkers', message: 'No worker is connected: nothing would be trained.' }],
    spec,
  };
}
