import { defaultPlanLimits, type PlanLimits } from '@holdfast/search/plan-trials';
import { refuse } from './refuse.ts';
import type { PreparedTrial } from './weigh-trials.ts';

/** How large a search may be that somebody submits. */
export interface SearchLimits extends PlanLimits {
  /** Fold runs × epochs × parameters of their networks, over the whole search. */
  parameterEpochs: number;
}

export const defaultSearchLimits: SearchLimits = { ...defaultPlanLimits, parameterEpochs: 1e14 };

/**
 * Trials to come, and those of inner searches, are taken to be as large as the others in the mean.
 * @throws ProblemError for more training than the service takes on
 */
export function refuseTooMuchWork(
  trials: readonly PreparedTrial[],
  foldRuns: number,
  { parameterEpochs: most }: SearchLimits,
): void {
  if (trials.length === 0) return;
  const each = trials.reduce((sum, { params, weightCount }) => sum + params.epochs * weightCount, 0);
  const all = (each / trials.length) * foldRuns;
  if (all <= most) return;
  const message = `${foldRuns.toLocaleString('en')} fold runs of these networks and epochs are about ${all.toExponential(1)} parameters trained for an epoch; at most ${most.toExponential(1)} are taken on (HOLDFAST_MAX_PARAMETER_EPOCHS). Take smaller networks, fewer epochs, trials or folds.`;
  throw refuse([{ pointer: '/space', message }]);
}
