import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Scores } from '@holdfast/contracts/metrics';
import { type ResolvedSearchSpec, searchSpecSchema } from '@holdfast/contracts/search-spec';
import { planTrials } from '../plan-trials.ts';
import { resolveSpec } from '../resolve-spec.ts';
import type { FoldResult, TrialResult } from './trial-result.ts';

/** A resolved spec on 100 made rows of two classes, and its trials. */
export function makeSearch(spec: object): { spec: ResolvedSearchSpec; trials: Hyperparameters[] } {
  const result = resolveSpec(searchSpecSchema.parse({ dataset: 'made', ...spec }), {
    id: 'ds_00000000000000000001',
    task: 'classification',
    trainRows: 100,
    rowsPerClass: { a: 50, b: 50 },
    group: false,
    time: false,
  });
  if ('errors' in result) throw new Error(JSON.stringify(result.errors));
  const plan = planTrials(result.spec);
  if ('errors' in plan) throw new Error(JSON.stringify(plan.errors));
  return { spec: result.spec, trials: plan.trials };
}

/** A fold run with a result: accuracy, and the losses where they matter. */
export function makeFold(
  fold: number,
  accuracy: number | null,
  others: Partial<FoldResult> = {},
): FoldResult {
  const scores = (loss: number): Scores => ({ accuracy, loss });
  return {
    repeat: 0,
    fold,
    state: 'completed',
    reason: null,
    validation: scores(0.5),
    training: scores(0.5),
    epochs: 100,
    seconds: 0.25,
    ...others,
  };
}

/** A completed trial with these accuracies. */
export function makeTrial(
  trial: number,
  params: Hyperparameters,
  accuracies: readonly (number | null)[],
  others: Partial<TrialResult> = {},
): TrialResult {
  return {
    trial,
    status: 'completed',
    reason: null,
    params,
    weightCount: 10,
    folds: accuracies.map((accuracy, fold) => makeFold(fold, accuracy)),
    ...others,
  };
}
