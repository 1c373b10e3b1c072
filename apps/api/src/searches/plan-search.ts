import type { SearchPlan } from '@holdfast/contracts/search';
import type { Database } from '@holdfast/db/open-database';
import { listWorkers } from '@holdfast/db/workers';
import { adviseOrder } from '@holdfast/search/advise-order';
import { estimateSeconds } from '@holdfast/search/estimate-seconds';
import type { PreparedSearch } from './prepare-search.ts';

/** What a search would be: the answer to a dry run. Time is reckoned for the workers that are here now. */
export async function planSearch(database: Database, prepared: PreparedSearch): Promise<SearchPlan> {
  const { trials, trialsToCome, foldRuns, nestedFoldRuns, spec, dataset } = prepared;
  const planned = trials.length + trialsToCome;
  const workers = await listWorkers(database);
  const threads = workers.reduce((sum, worker) => sum + worker.threads, 0);
  // Those to come, and those of inner searches, are taken to cost what the others do.
  const multiplyAdds =
    (trials.reduce((sum, { cost }) => sum + cost, 0) / trials.length) * (foldRuns + nestedFoldRuns);
  const estimatedSeconds = estimateSeconds({ multiplyAdds, threads: Math.max(1, threads) });
  const weightCounts = trials.map(({ weightCount }) => weightCount);
  const warnings = [
    ...prepared.warnings,
    ...adviseOrder({ spec, trainRows: dataset.rows.train, weightCounts, estimatedSeconds }),
  ];
  if (threads === 0) {
    warnings.push({ code: 'noWorkers', message: 'No worker is connected: nothing would be trained.' });
  }
  return {
    trials: planned,
    folds: foldRuns,
    nested:
      spec.crossValidation.outer === undefined
        ? null
        : { outerFolds: spec.crossValidation.outer.folds, folds: nestedFoldRuns },
    largestWeightCount: weightCounts.reduce((most, count) => Math.max(most, count), 0),
    estimatedSeconds,
    warnings,
    spec,
  };
}
