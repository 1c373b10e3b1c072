import type { Dataset, Warning } from '@holdfast/contracts/dataset';
import type { ResolvedSearchSpec, SearchSpec } from '@holdfast/contracts/search-spec';
import type { FoldAssignment } from '@holdfast/core/splits/assign-folds';
import { findDataset } from '@holdfast/db/datasets';
import type { Database } from '@holdfast/db/open-database';
import { planTrials } from '@holdfast/search/plan-trials';
import { resolveSpec } from '@holdfast/search/resolve-spec';
import type { Observation } from '@holdfast/search/samplers/sampler';
import type { ProblemError } from '../problem-error.ts';
import { checkAugmentation } from './check-augmentation.ts';
import { collectWarmStart } from './collect-warm-start.ts';
import { describeFacts } from './describe-facts.ts';
import { divideRows } from './divide-rows.ts';
import { type NestedSearch, nestSearch } from './nest-search.ts';
import { refuse } from './refuse.ts';
import { defaultSearchLimits, refuseTooMuchWork, type SearchLimits } from './search-limits.ts';
import type { LoadTrainingLabels } from './training-labels.ts';
import { type PreparedTrial, type Stage, weighTrials } from './weigh-trials.ts';

export interface SubmissionDeps {
  database: Database;
  loadLabels: LoadTrainingLabels;
  limits?: SearchLimits | undefined;
}

export interface PreparedSearch {
  dataset: Dataset;
  spec: ResolvedSearchSpec;
  /** Those that wait for no result. */
  trials: (PreparedTrial & Stage)[];
  trialsToCome: number;
  adaptive: boolean;
  /** What the strategy knows from earlier searches. */
  warmStart: Observation[];
  folds: FoldAssignment;
  foldRuns: number;
  /** What nested cross-validation adds: inner searches by outer fold, then the one that scores; none without it. */
  nested: NestedSearch[];
  nestedFoldRuns: number;
  warnings: Warning[];
}

/**
 * From what a client wrote to what is trained; creates nothing.
 * @param known what the strategy knows from earlier searches, where that was collected before
 * @throws ProblemError `invalid-search` with the places in the spec
 */
export async function prepareSearch(
  { database, loadLabels, limits = defaultSearchLimits }: SubmissionDeps,
  sent: SearchSpec,
  known?: Observation[],
): Promise<PreparedSearch> {
  const dataset = await findDataset(database, sent.dataset);
  if (dataset === null) throw datasetNotFound(sent.dataset);
  const labels = await loadLabels(dataset);
  const resolved = resolveSpec(sent, describeFacts(dataset, labels));
  if ('errors' in resolved) throw refuse(resolved.errors);
  const { spec } = resolved;
  const augmentation = checkAugmentation(spec, dataset);
  if (augmentation.errors.length > 0) throw refuse(augmentation.errors);
  const warmStart = known ?? (await collectWarmStart(database, spec));
  const plan = planTrials(spec, warmStart, limits);
  if ('errors' in plan) throw refuse(plan.errors);

  const folds = divideRows(spec.crossValidation, labels);
  const nested = nestSearch(dataset, spec, labels);
  const trials = weighTrials(plan.trials, dataset, folds);
  refuseTooMuchWork(trials, plan.foldRuns + plan.nestedFoldRuns, limits);
  return {
    dataset,
    spec,
    trials: trials.map((trial, n) => ({ ...trial, ...plan.stages[n]! })),
    trialsToCome: plan.trialsToCome,
    adaptive: plan.adaptive,
    warmStart,
    folds,
    foldRuns: plan.foldRuns,
    nested,
    nestedFoldRuns: plan.nestedFoldRuns,
    warnings: [...resolved.warnings, ...augmentation.warnings, ...plan.warnings],
  };
}

export function datasetNotFound(idOrName: string): ProblemError {
  const message = `There is no data set ${JSON.stringify(idOrName)}.`;
  return refuse([{ pointer: '/dataset', message }]);
}
