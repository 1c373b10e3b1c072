import { type Bracket, lastRung, power, rungsOf } from './bracket.ts';

interface HyperbandResource {
  epochs: number;
  minEpochs: number;
  reductionFactor: number;
}

/** Trials of each bracket of Hyperband's table, `⌈(s_max + 1) / (s + 1) · η^s⌉` for s = s_max … 0. */
function table(resource: HyperbandResource): number[] {
  const most = lastRung(resource);
  return Array.from({ length: most + 1 }, (_, bracket) => {
    const s = most - bracket;
    return Math.ceil(((most + 1) * power(resource.reductionFactor, s)) / (s + 1));
  });
}

export function defaultHyperbandTrials(resource: HyperbandResource): number {
  return table(resource).reduce((sum, trials) => sum + trials, 0);
}

/** One for each bracket. */
export function fewestHyperbandTrials(resource: HyperbandResource): number {
  return lastRung(resource) + 1;
}

/**
 * Hyperband: brackets of successive halving that start with more and more epochs, since few epochs may rank trials
 * wrongly. Other numbers of trials than the table's are shared out in its proportions (largest remainders, the earlier
 * bracket first), at least one to each bracket. All brackets run side by side.
 * Source: Li, Jamieson, DeSalvo, Rostamizadeh and Talwalkar, "Hyperband: a novel bandit-based approach to hyperparameter
 * optimization", JMLR 18 (2018), algorithm 1.
 */
export function hyperbandBrackets(trials: number, resource: HyperbandResource): Bracket[] {
  let first = 0;
  return share(trials, table(resource)).map((count, skip) => {
    const bracket = { first, rungs: rungsOf(count, resource, skip) };
    first += count;
    return bracket;
  });
}

function share(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  if (total === sum) return [...weights];
  // Each has one; the others are shared out.
  const free = total - weights.length;
  const quotas = weights.map((weight) => (free * weight) / sum);
  const counts = quotas.map((quota) => 1 + Math.floor(quota));
  const byRemainder = quotas
    .map((quota, index) => ({ index, remainder: quota - Math.floor(quota) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  let missing = total - counts.reduce((a, b) => a + b, 0);
  for (const { index } of byRemainder) {
    if (missing-- <= 0) break;
    counts[index]! += 1;
  }
  return counts;
}
