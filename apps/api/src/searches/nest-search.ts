import type { Dataset } from '@holdfast/contracts/dataset';
import type { ResolvedSearchSpec } from '@holdfast/contracts/search-spec';
import type { FoldAssignment } from '@holdfast/core/splits/assign-folds';
import { placeAssignment, takeRows } from '@holdfast/core/splits/outer-fold';
import { evaluationSpec, innerSpec, outerCrossValidation } from '@holdfast/search/nested/nest-spec';
import { planTrials, type TrialPlan } from '@holdfast/search/plan-trials';
import { ProblemError } from '../problem-error.ts';
import { divideRows } from './divide-rows.ts';
import { refuse } from './refuse.ts';
import type { TrainingLabels } from './training-labels.ts';
import { type PreparedTrial, type Stage, weighTrials } from './weigh-trials.ts';

/** A search that is part of another's nested cross-validation. */
export interface NestedSearch {
  /** The fold that it never sees; `null`: it scores what the others choose. */
  outerFold: number | null;
  spec: ResolvedSearchSpec;
  trials: (PreparedTrial & Stage)[];
  trialsToCome: number;
  adaptive: boolean;
  /** Over all training rows: those of the outer fold are outside. */
  assignments: Uint16Array[];
  folds: FoldAssignment;
}

/**
 * The searches that score a search on rows that it never saw: for each outer fold the same search, made from the rows
 * outside of it, and one that trains what they choose and scores it there. None without `outer`.
 * @throws ProblemError where the rows outside of an outer fold cannot be divided
 */
export function nestSearch(
  dataset: Dataset,
  spec: ResolvedSearchSpec,
  labels: TrainingLabels,
): NestedSearch[] {
  const outer = outerCrossValidation(spec.crossValidation, dataset.task);
  if (outer === null) return [];
  const outerFolds = placed('/crossValidation/outer/folds', () => divideRows(outer, labels));
  const inner = outerFolds.repeats[0]!.map(({ trainingRows }, outerFold): NestedSearch => {
    const resolved = innerSpec(spec, outerFold);
    const folds = placed('/crossValidation', () =>
      divideRows(resolved.crossValidation, labelsOf(labels, trainingRows)),
    );
    const plan = planOf(resolved);
    return {
      outerFold,
      spec: resolved,
      trials: weighTrials(plan.trials, dataset, folds).map((trial, n) => ({ ...trial, ...plan.stages[n]! })),
      trialsToCome: plan.trialsToCome,
      adaptive: plan.adaptive,
      assignments: folds.encoding.map((encoding) =>
        placeAssignment(encoding, trainingRows, labels.data.rows),
      ),
      folds,
    };
  });
  const evaluation: NestedSearch = {
    outerFold: null,
    spec: evaluationSpec(spec, outer),
    trials: [],
    trialsToCome: inner.length,
    adaptive: false,
    assignments: outerFolds.encoding,
    folds: outerFolds,
  };
  return [...inner, evaluation];
}

/** What is outside of an outer fold knows nothing of what is inside. */
function labelsOf({ data, groups }: TrainingLabels, rows: Int32Array): TrainingLabels {
  const own = groups && Int32Array.from(rows, (row) => groups[row]!);
  return {
    data: takeRows(data, rows),
    ...(own && { groups: own, groupCount: new Set(own).size }),
  };
}

function planOf(spec: ResolvedSearchSpec): TrialPlan {
  const plan = planTrials(spec);
  if ('errors' in plan) throw refuse(plan.errors);
  return plan;
}

function placed<T>(pointer: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const message = `Nested cross-validation: ${error.message}`;
    throw new ProblemError('invalid-search', message, { errors: [{ pointer, message }], cause: error });
  }
}
