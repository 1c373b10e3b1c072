import { type Bracket, lastRung, power, rungsOf } from './bracket.ts';

interface HalvingResource {
  epochs: number;
  minEpochs: number;
  reductionFactor: number;
}

/** As many trials as leave one in the last rung. */
export function defaultHalvingTrials(resource: HalvingResource): number {
  return power(resource.reductionFactor, lastRung(resource));
}

/**
 * Successive halving: all trials train for few epochs, the best of each rung go on with more.
 * Source: Jamieson and Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization", AISTATS
 * 2016; the rungs as in Li and others 2018, see `hyperband.ts`.
 */
export function halvingBrackets(trials: number, resource: HalvingResource): Bracket[] {
  return [{ first: 0, rungs: rungsOf(trials, resource) }];
}
