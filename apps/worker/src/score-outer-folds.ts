import {
  applyDecisions,
  type DecisionRequest,
  failEvaluation,
  loadProposedTrials,
} from '@holdfast/db/decisions';
import type { Database } from '@holdfast/db/open-database';
import { listNested, type OwnSearchRecord } from '@holdfast/db/searches';
import { loadTrialResults } from '@holdfast/db/trials';
import { chooseTrial } from '@holdfast/search/nested/choose-trial';
import type { DatasetCache } from './dataset-cache.ts';
import type { TrainingPlan } from './search-cache.ts';
import { createWeigher } from './weigh-trials.ts';

/**
 * Proposes what inner searches have chosen, in the order of outer folds: each trial has one fold run, which trains on all
 * rows but those of its outer fold and is scored there. An inner search that is over never changes, so two workers that
 * do this at once propose the same.
 */
export async function scoreOuterFolds(
  { db, datasets }: { db: Database; datasets: DatasetCache },
  training: TrainingPlan,
  request: DecisionRequest & { scores: string },
): Promise<void> {
  const inner = (await listNested(db, request.scores)).filter(
    (part): part is OwnSearchRecord => part.trainer === 'holdfast' && part.nestedIn?.outerFold !== null,
  );
  const { metric } = request.spec.objective;
  const { length: first } = await loadProposedTrials(db, training.search, { from: 0, metric });
  for (const [outerFold, { id, spec, status, reason, repeatable }] of inner.entries()) {
    if (outerFold < first) continue;
    if (status !== 'completed' && status !== 'failed' && status !== 'cancelled') return;
    const chosen = status === 'completed' ? chooseTrial(spec, await loadTrialResults(db, id)) : null;
    if (chosen === null) {
      const why =
        status === 'completed' ? 'none of its trials has a score.' : `it ${wordFor(status)}. ${reason ?? ''}`;
      return failEvaluation(db, training.search, {
        reason: `The inner search of outer fold ${outerFold} chose no trial: ${why}`.trim(),
        repeatable,
      });
    }
    const weigh = await createWeigher(datasets, training, outerFold);
    const { params } = chosen;
    await applyDecisions(db, training.search, {
      asked: request.asked,
      planned: request.planned,
      trials: [
        { number: outerFold, proposal: outerFold, params, ...weigh(params), released: 1, untilEpoch: null },
      ],
      foldRuns: [{ repeat: 0, fold: outerFold }],
      grants: [],
      pruned: [],
      final: outerFold === inner.length - 1,
    });
  }
}

function wordFor(status: 'failed' | 'cancelled'): string {
  return status === 'failed' ? 'failed' : 'was cancelled';
}
