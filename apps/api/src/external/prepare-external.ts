import type { Warning } from '@holdfast/contracts/dataset';
import type { ExternalSpec, ResolvedExternalSpec } from '@holdfast/contracts/external-spec';
import type { TrialParams } from '@holdfast/contracts/trial-params';
import type { FoldAssignment } from '@holdfast/core/splits/assign-folds';
import { findDataset } from '@holdfast/db/datasets';
import { planTrials } from '@holdfast/search/plan-trials';
import { resolveExternalSpec } from '@holdfast/search/resolve-external-spec';
import { describeFacts } from '../searches/describe-facts.ts';
import { divideRows } from '../searches/divide-rows.ts';
import { datasetNotFound, type SubmissionDeps } from '../searches/prepare-search.ts';
import { refuse } from '../searches/refuse.ts';
import { defaultSearchLimits } from '../searches/search-limits.ts';
import type { TrainingLabels } from '../searches/training-labels.ts';
import type { Stage } from '../searches/weigh-trials.ts';

export interface PreparedExternal {
  spec: ResolvedExternalSpec;
  trials: (UnweighedTrial & Stage)[];
  trialsToCome: number;
  adaptive: boolean;
  folds: FoldAssignment;
  foldRuns: number;
  warnings: Warning[];
}

interface UnweighedTrial {
  params: TrialParams;
  weightCount: 0;
  cost: 0;
}

/** What another's trial weighs, nobody here knows: it is never queued by its cost. */
export function unweighed(params: TrialParams): UnweighedTrial {
  return { params, weightCount: 0, cost: 0 };
}

/**
 * From what a client wrote to what its trainer is asked for; creates nothing.
 * @throws ProblemError `invalid-search` with the places in the spec
 */
export async function prepareExternal(
  { database, loadLabels, limits = defaultSearchLimits }: SubmissionDeps,
  sent: ExternalSpec,
): Promise<PreparedExternal> {
  const dataset = sent.dataset === undefined ? undefined : await findDataset(database, sent.dataset);
  if (dataset === null) throw datasetNotFound(sent.dataset ?? '');
  const labels = dataset && (await loadLabels(dataset));
  const resolved = resolveExternalSpec(sent, dataset && labels && describeFacts(dataset, labels));
  if ('errors' in resolved) throw refuse(resolved.errors);
  const { spec } = resolved;
  const plan = planTrials(spec, [], limits);
  if ('errors' in plan) throw refuse(plan.errors);
  return {
    spec,
    trials: plan.trials.map((params, n) => ({ ...unweighed(params), ...plan.stages[n]! })),
    trialsToCome: plan.trialsToCome,
    adaptive: plan.adaptive,
    folds: divideRows(spec.crossValidation, labels ?? unseen(spec.rows)),
    foldRuns: plan.foldRuns,
    warnings: [...resolved.warnings, ...plan.warnings],
  };
}

/** Rows of which nothing is known but how many they are. */
function unseen(rows: number): TrainingLabels {
  const nothing = new Float64Array(0);
  return { data: { task: 'regression', rows, columns: 0, outputs: 1, features: nothing, targets: nothing } };
}
