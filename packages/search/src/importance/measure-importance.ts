import type { AnyResolvedSpec } from '@holdfast/contracts/any-spec';
import type { Importance } from '@holdfast/contracts/importance';
import type { LeaderboardItem } from '@holdfast/contracts/leaderboard';
import type { MetricName } from '@holdfast/contracts/metrics';
import type { TrialResult } from '../leaderboard/trial-result.ts';
import type { Decomposition } from './decompose-variance.ts';
import { growForest, trees } from './grow-forest.ts';
import type { Sample } from './regression-tree.ts';
import { placeOnAxis, type SpaceAxis, spaceAxes } from './space-axes.ts';

/** Trees on fewer trials tell of chance. */
const fewestTrials = 10;
/** Trials for each hyperparameter, at least. */
const trialsPerAxis = 3;
/** Of more, so many are taken evenly by number. */
const mostTrials = 2000;

/**
 * How much of the score's variance over the space each hyperparameter explains, alone and together with another one:
 * fANOVA over a random forest (Hutter, Hoos and Leyton-Brown 2014; see `decomposeVariance`). Every place of the space counts
 * alike, whatever the strategy looked at. A hyperparameter that does not apply to every trial is looked at where it does,
 * below what it depends on.
 *
 * From completed trials with a score: those that were stopped early had other epochs or other folds. Yields now and then.
 */
export function* measureImportance(board: {
  record: { id: string; spec: AnyResolvedSpec };
  metric: MetricName;
  items: readonly LeaderboardItem[];
  results: readonly TrialResult[];
}): Generator<void, Importance> {
  const { record, metric, items, results } = board;
  const { spec } = record;
  const completed = results.filter(({ status }) => status === 'completed');
  const scores = new Map(
    items.flatMap(({ rank, trial, score }) => (rank === null ? [] : [[trial, score.mean!]])),
  );
  const axes = spaceAxes(
    spec,
    results.map(({ params }) => params),
  );
  const placed = evenly(
    completed.flatMap((result) => {
      const score = scores.get(result.trial);
      const places = axes.map((axis) => placeOnAxis(axis, result.params));
      return score !== undefined && places.every((place) => place !== null) ? [{ score, places }] : [];
    }),
  );
  const found = {
    search: record.id,
    metric,
    method: 'fanova' as const,
    trials: placed.length,
    leftOut: completed.length - placed.length,
    trees,
  };
  const reason = whyNot(axes, placed);
  if (reason !== null) return { ...found, fit: null, items: [], pairs: [], reason };

  const sample: Sample = {
    dimensions: axes.length,
    places: Float64Array.from(placed.flatMap(({ places }) => places as number[])),
    values: Float64Array.from(placed, ({ score }) => score),
    seams: axes.map(({ seams }) => seams),
  };
  const { decompositions, fit } = yield* growForest(sample, spec.seed);
  const varied = decompositions.filter(({ variance }) => variance > 0);
  const names = axes.map(({ name }) => name);
  return { ...found, fit, ...summarise(varied, names), reason: null };
}

function evenly<Item>(all: readonly Item[]): Item[] {
  if (all.length <= mostTrials) return [...all];
  return Array.from({ length: mostTrials }, (_, k) => all[Math.floor((k * all.length) / mostTrials)]!);
}

function whyNot(axes: readonly SpaceAxis[], placed: readonly { score: number }[]): string | null {
  if (axes.length === 0) return 'The space varies no hyperparameter.';
  const needed = Math.max(fewestTrials, trialsPerAxis * axes.length);
  if (placed.length < needed) {
    return `Importance of ${axes.length} hyperparameters needs ${needed} completed trials with a score; there are ${placed.length}.`;
  }
  if (placed.every(({ score }) => score === placed[0]!.score)) return 'All trials have the same score.';
  return null;
}

function summarise(
  decompositions: readonly Decomposition[],
  names: readonly string[],
): Pick<Importance, 'items' | 'pairs'> {
  const shareOf = (part: (of: Decomposition) => number) => {
    const shares = decompositions.map((of) => part(of) / of.variance);
    const importance = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    const squares = shares.reduce((sum, share) => sum + (share - importance) * (share - importance), 0);
    return { importance, std: shares.length < 2 ? 0 : Math.sqrt(squares / (shares.length - 1)) };
  };
  const bySize = (a: { importance: number }, b: { importance: number }) => b.importance - a.importance;
  const items = names.map((hyperparameter, d) => ({
    hyperparameter,
    ...shareOf(({ single }) => single[d]!),
  }));
  const pairs = names.flatMap((first, a) =>
    names.slice(a + 1).map((second, k) => ({
      hyperparameters: [first, second] as [string, string],
      ...shareOf(({ pairs }) => pairs[a]![a + 1 + k]!),
    })),
  );
  // Stable: equal ones stay in the canonical order.
  return { items: items.sort(bySize), pairs: pairs.sort(bySize) };
}
