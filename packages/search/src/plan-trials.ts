import type { AnyResolvedSpec } from '@holdfast/contracts/any-spec';
import type { Warning } from '@holdfast/contracts/dataset';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { PlacedMessage } from '@holdfast/contracts/json-pointer';
import type { ResolvedSearchSpec } from '@holdfast/contracts/search-spec';
import type { TrialParams } from '@holdfast/contracts/trial-params';
import { foldRunsPerTrial } from './resolve-cross-validation.ts';
import type { Observation } from './samplers/sampler.ts';
import { countIndependent, createSearchPlan, firstStage, isAdaptive } from './schedulers/search-plan.ts';
import { countGrid } from './space/count-grid.ts';
import { searchedSpace } from './space/searched-space.ts';

/** How large a search may be. */
export interface PlanLimits {
  trials: number;
  /** Trials × folds × repeats, nested cross-validation included. */
  foldRuns: number;
}

export const defaultPlanLimits: PlanLimits = { trials: 100_000, foldRuns: 1_000_000 };

export interface TrialPlan<Params extends TrialParams = Hyperparameters> {
  /** By trial number, those that wait for no result. */
  trials: Params[];
  /** What of each may run at once: so many of its fold runs, up to an epoch or to the end. */
  stages: { released: number; untilEpoch: number | null }[];
  /** Trials that will be proposed after results. */
  trialsToCome: number;
  /** Whether results lead to decisions. */
  adaptive: boolean;
  /** Of the whole search. */
  foldRuns: number;
  foldRunsPerTrial: number;
  /** Of nested cross-validation, beside those: of all inner searches, and one for each outer fold. */
  nestedFoldRuns: number;
  warnings: Warning[];
}

/**
 * The trials of a resolved spec. They are counted before any is made: a search over a limit is an error that says how
 * many there would be and what to do about it.
 * @param prior trials of earlier searches, for strategies that learn
 */
export function planTrials(
  resolved: ResolvedSearchSpec,
  prior?: readonly Observation[],
  most?: PlanLimits,
): TrialPlan | { errors: PlacedMessage[] };
export function planTrials(
  resolved: AnyResolvedSpec,
  prior?: readonly Observation<TrialParams>[],
  most?: PlanLimits,
): TrialPlan<TrialParams> | { errors: PlacedMessage[] };
export function planTrials(
  resolved: AnyResolvedSpec,
  prior: readonly Observation<TrialParams>[] = [],
  most: PlanLimits = defaultPlanLimits,
): TrialPlan<TrialParams> | { errors: PlacedMessage[] } {
  const { strategy, limits } = resolved;
  const counted = countTrials(resolved);
  const cut = limits.maxTrials !== null && counted > BigInt(limits.maxTrials);
  const wanted = cut ? BigInt(limits.maxTrials!) : counted;
  const perTrial = foldRunsPerTrial(resolved.crossValidation);
  const errors = checkLimits(resolved, wanted, BigInt(perTrial), most);
  if (errors.length > 0) return { errors };

  const plan = createSearchPlan(resolved, Number(wanted), prior);
  const { sampler } = plan;
  const begun: Observation<TrialParams>[] = [];
  for (let n = 0; n < countIndependent(plan); n++) {
    begun.push({ params: sampler.propose(n, begun), value: null });
  }
  const trials = begun.map(({ params }) => params);
  const warnings: Warning[] = [];
  if (cut) {
    const message =
      strategy.kind === 'grid'
        ? `Of ${formatCount(counted)} grid points the first ${formatCount(wanted)} are tried, which lie in one corner of the space. The strategy random spreads them.`
        : `Of ${formatCount(counted)} trials the first ${formatCount(wanted)} are run.`;
    warnings.push({ code: 'maxTrials', message });
  }
  if (strategy.kind === 'grid' && !cut && sampler.trials < wanted) {
    const shared = wanted - BigInt(sampler.trials);
    const message = `${formatCount(shared)} grid points stand in more than one space of the union; each is tried once.`;
    warnings.push({ code: 'sharedPoints', message });
  }
  const distinct =
    strategy.kind === 'grid' ? trials.length : new Set(trials.map((trial) => JSON.stringify(trial))).size;
  if (distinct < trials.length) {
    const message = `Of ${trials.length} trials ${distinct} are different; the others repeat one with another seed.`;
    warnings.push({ code: 'repeatedTrials', message });
  }
  return {
    trials,
    stages: trials.map((_, n) => firstStage(plan, n)),
    trialsToCome: sampler.trials - trials.length,
    adaptive: isAdaptive(plan),
    foldRuns: sampler.trials * perTrial,
    foldRunsPerTrial: perTrial,
    nestedFoldRuns: nestedFoldRuns(resolved, sampler.trials * perTrial),
    warnings,
  };
}

function nestedFoldRuns({ crossValidation: { outer } }: AnyResolvedSpec, foldRuns: number): number {
  return outer === undefined ? 0 : outer.folds * (foldRuns + 1);
}

/** How many trials a resolved spec asks for, without making them; see `countGrid` for unions. */
function countTrials(spec: AnyResolvedSpec): bigint {
  const { strategy } = spec;
  switch (strategy.kind) {
    case 'grid':
      return countGrid(searchedSpace(spec));
    case 'list':
      return BigInt(strategy.trials.length);
    default:
      // Filled in since the spec was resolved.
      return BigInt(strategy.trials!);
  }
}

function checkLimits(
  { strategy, space, crossValidation: { outer } }: AnyResolvedSpec,
  trials: bigint,
  perTrial: bigint,
  most: PlanLimits,
): PlacedMessage[] {
  if (trials > BigInt(most.trials)) {
    const [pointer, subject, wayOut] =
      strategy.kind === 'grid'
        ? [
            '/space',
            // Points that spaces share are counted twice.
            Array.isArray(space) ? 'The grids of the union have up to' : 'The grid has',
            'Take fewer choices or points, or draw from the space with { "kind": "random", "trials": 100 }.',
          ]
        : ['/strategy/trials', 'There are', 'Ask for fewer.'];
    return [
      {
        pointer,
        message: `${subject} ${formatCount(trials)} trials; a search runs at most ${formatCount(most.trials)}. ${wayOut}`,
      },
    ];
  }
  const foldRuns = trials * perTrial;
  const searches = 1n + BigInt(outer?.folds ?? 0);
  if (foldRuns * searches <= BigInt(most.foldRuns)) return [];
  if (outer !== undefined && foldRuns <= BigInt(most.foldRuns)) {
    const message = `The search is made ${searches} times, once without each of ${outer.folds} outer folds: that is ${formatCount(foldRuns * searches)} fold runs, at most ${formatCount(most.foldRuns)} are possible. Take fewer trials, folds or outer folds.`;
    return [{ pointer: '/crossValidation/outer/folds', message }];
  }
  const message = `${formatCount(trials)} trials with ${formatCount(perTrial)} folds each are ${formatCount(foldRuns)} fold runs; a search has at most ${formatCount(most.foldRuns)}. Take fewer trials, folds or repeats.`;
  return [{ pointer: '/crossValidation', message }];
}

function formatCount(count: bigint | number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
