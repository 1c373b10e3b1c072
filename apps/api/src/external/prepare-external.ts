import type { Warning } from '@holdfast/contracts/dataset';
import type { ExternalSpec, ResolvedExternalSpec } from '@holdfast/contracts/external-spec';
import type { CrossValidation } from '@holdfast/contracts/search-spec';
import type { TrialParams } from '@holdfast/contracts/trial-params';
import type { FoldAssignment } from '@holdfast/core/splits/assign-folds';
import { defaultPlanLimits, type PlanLimits, planTrials } from '@holdfast/search/plan-trials';
import { resolveExternalSpec } from '@holdfast/search/resolve-external-spec';
import { divideRows } from '../searches/divide-rows.ts';
import { refuse } from '../searches/refuse.ts';
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
export function prepareExternal(
  sent: ExternalSpec,
  limits: PlanLimits = defaultPlanLimits,
): PreparedExternal {
  const resolved = resolveExternalSpec(sent);
  if ('errors' in resolved) throw refuse(resolved.errors);
  const { spec } = resolved;
  const plan = planTrials(spec, [], limits);
  if ('errors' in plan) throw refuse(plan.errors);
  return {
    spec,
    trials: plan.trials.map((params, n) => ({ ...unweighed(params), ...plan.stages[n]! })),
    trialsToCome: plan.trialsToCome,
    adaptive: plan.adaptive,
    folds: divideRowNumbers(spec.crossValidation, spec.rows),
    foldRuns: plan.foldRuns,
    warnings: [...resolved.warnings, ...plan.warnings],
  };
}

/** Divides rows of which nothing is known but how many they are. @throws ProblemError */
export function divideRowNumbers(crossValidation: CrossValidation, rows: number): FoldAssignment {
  const nothing = new Float64Array(0);
  return divideRows(crossValidation, {
    data: { task: 'regression', rows, columns: 0, outputs: 1, features: nothing, targets: nothing },
  });
}
