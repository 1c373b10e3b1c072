import { type AnyResolvedSpec, isExternal } from '@holdfast/contracts/any-spec';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Importance } from '@holdfast/contracts/importance';
import type { Hint, LeaderboardItem } from '@holdfast/contracts/leaderboard';
import type { SearchState } from '@holdfast/contracts/states';
import { containsTrial } from '../space/contains-trial.ts';
import { findEdges } from './edge-hints.ts';
import { findEqualTrials } from './equal-trials-hint.ts';
import { findNoEffect } from './no-effect-hints.ts';
import type { TrialResult } from './trial-result.ts';

const edgeLimit = 3;

/**
 * What a person would do next, each with a space that follows it: `{ dataset, space }` can be submitted as it stands.
 * `edgeOfRange` (at most three), `equalTrials`, `noEffect` (at most two). None unless the search is completed, nor of an external one; for a list
 * of trials, which has no space, `equalTrials` alone.
 * @param input.importance `null` where it is not known
 */
export function findHints(input: {
  spec: AnyResolvedSpec;
  status: SearchState;
  items: readonly LeaderboardItem[];
  trials: readonly TrialResult[];
  importance: Importance | null;
}): Hint[] {
  const { spec, status, items, trials, importance } = input;
  const best = items.find(({ rank }) => rank === 1);
  // What a free hyperparameter can be, and what would be simpler, its trainer knows.
  if (status !== 'completed' || !best || isExternal(spec)) return [];
  const equal = findEqualTrials(items, trials);
  if (spec.strategy.kind === 'list') return equal;
  const params = new Map(trials.map((trial) => [trial.trial, trial.params as Hyperparameters]));
  const winners = items
    .filter(({ rank, score }) => rank !== null && score.mean === best.score.mean)
    .map(({ trial }) => params.get(trial)!);
  const subspaces = Array.isArray(spec.space) ? spec.space : [spec.space];
  const subspace = subspaces.find((candidate) => containsTrial(candidate, winners[0]!));
  const edges = subspace ? findEdges(subspace, winners).slice(0, edgeLimit) : [];
  return [...edges, ...equal, ...findNoEffect(spec, importance, winners[0]!)];
}
