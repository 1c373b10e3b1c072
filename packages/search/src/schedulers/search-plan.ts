import { type AnyResolvedSpec, directionFor, isExternal } from '@holdfast/contracts/any-spec';
import type { TrialParams } from '@holdfast/contracts/trial-params';
import { foldRunsPerTrial } from '../resolve-cross-validation.ts';
import { createSampler } from '../samplers/create-sampler.ts';
import type { Observation, Sampler } from '../samplers/sampler.ts';
import type { Bracket } from './bracket.ts';
import { halvingBrackets } from './halving.ts';
import { hyperbandBrackets } from './hyperband.ts';

/** All that the decisions of a search follow from, but its results. */
export interface SearchPlan {
  sampler: Sampler<TrialParams>;
  brackets: Bracket[];
  foldRuns: number;
  /** 1 where larger scores are better, −1 where smaller are. */
  sign: 1 | -1;
  race: { lag: number } | null;
  target: { score: number; lag: number } | null;
}

/** The plan of a resolved spec for so many trials; see `planTrials` for their number. */
export function createSearchPlan(
  spec: AnyResolvedSpec,
  trials: number,
  prior: readonly Observation<TrialParams>[] = [],
): SearchPlan {
  const { race, limits, crossValidation, objective } = spec;
  const sampler = createSampler(spec, trials, prior);
  return {
    sampler,
    brackets: bracketsOf(spec, sampler.trials),
    foldRuns: foldRunsPerTrial(crossValidation),
    sign: directionFor(spec, objective.metric) === 'maximize' ? 1 : -1,
    race: race.kind === 'none' ? null : { lag: race.lag },
    target: limits.targetScore === null ? null : { score: limits.targetScore, lag: limits.targetLag },
  };
}

function bracketsOf(spec: AnyResolvedSpec, trials: number): Bracket[] {
  const { strategy } = spec;
  if (strategy.kind !== 'halving' && strategy.kind !== 'hyperband') {
    return [{ first: 0, rungs: [{ trials, untilEpoch: null }] }];
  }
  const { reductionFactor, minEpochs } = strategy;
  const resource = { epochs: mostEpochs(spec), minEpochs, reductionFactor };
  return strategy.kind === 'halving'
    ? halvingBrackets(trials, resource)
    : hyperbandBrackets(trials, resource);
}

/** The largest resource: one number, since the spec was resolved. */
function mostEpochs(spec: AnyResolvedSpec): number {
  if (isExternal(spec)) return spec.resource!.max;
  return (Array.isArray(spec.space) ? spec.space[0]! : spec.space).epochs as number;
}

/** Whether results lead to decisions. */
export function isAdaptive({ sampler, brackets, race, target }: SearchPlan): boolean {
  return (
    sampler.lag !== undefined ||
    race !== null ||
    target !== null ||
    brackets.some(({ rungs }) => rungs.length > 1)
  );
}

/** The proposals that wait for no result: so many from the first on. */
export function countIndependent({ sampler, target }: SearchPlan): number {
  return Math.min(
    sampler.trials,
    sampler.lag === undefined ? sampler.trials : sampler.independent!,
    target === null ? sampler.trials : target.lag + 1,
  );
}

/** The bracket of a trial. */
export function bracketOf({ brackets }: SearchPlan, proposal: number): Bracket {
  return brackets.findLast(({ first }) => first <= proposal)!;
}

/** What of a trial may run at once: so many of its fold runs, up to an epoch or to the end. */
export function firstStage(
  plan: SearchPlan,
  proposal: number,
): { released: number; untilEpoch: number | null } {
  const { first, rungs } = bracketOf(plan, proposal);
  return { released: stageOf(plan, proposal - first), untilEpoch: rungs[0]!.untilEpoch };
}

/** The fold runs of a rung's first stage, for the trial at this place of its bracket: one where it can be dropped. */
export function stageOf({ race, foldRuns }: SearchPlan, place: number): number {
  return race !== null && place > race.lag ? 1 : foldRuns;
}
