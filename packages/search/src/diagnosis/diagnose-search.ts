import type { Finding } from '@holdfast/contracts/diagnosis';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Baseline, LeaderboardItem } from '@holdfast/contracts/leaderboard';
import { directionOf, type Metric } from '@holdfast/contracts/metrics';
import type { TrialResult } from '../leaderboard/trial-result.ts';
import { around, lowerRates } from './suggest-space.ts';

/** A trial that Holdfast trains itself. */
export type OwnTrialResult = TrialResult & { params: Hyperparameters };

/** Fewer are what a wide space costs. */
const shareDiverged = 0.25;

/**
 * What the trials of a search say together: how many diverged, what is found in the best one, and whether that is better than
 * a linear model. In the order in which they are best mended.
 * @param input.items ranked by the objective. @param input.best findings of the first of them; `null` where none is ranked
 */
export function diagnoseSearch(input: {
  items: readonly LeaderboardItem[];
  trials: readonly OwnTrialResult[];
  baselines: readonly Baseline[];
  metric: Metric;
  best: readonly Finding[] | null;
}): Finding[] {
  const { items, trials, best } = input;
  const first = best === null ? undefined : items[0];
  const ofBest = (best ?? []).map((finding) => ({
    ...finding,
    message: `The best trial, ${first!.trial}: ${finding.message}`,
    evidence: { trial: first!.trial, ...finding.evidence },
  }));
  return [...findDiverged(trials), ...ofBest, ...(first ? findLinear(first, input) : [])];
}

function findDiverged(trials: readonly OwnTrialResult[]): Finding[] {
  const run = trials.filter(
    ({ status, folds }) => status === 'completed' && folds.every(({ state }) => state === 'completed'),
  );
  const diverged = run.filter(({ folds }) => folds.some(({ training }) => (training?.loss ?? null) === null));
  if (diverged.length === 0 || diverged.length < shareDiverged * run.length) return [];
  const { params } = diverged.reduce((a, b) => (b.params.learningRate < a.params.learningRate ? b : a));
  return [
    {
      code: 'diverged',
      message: `${diverged.length} of ${run.length} trials grew beyond all numbers, from a learning rate of ${params.learningRate} on.`,
      evidence: {
        trials: run.length,
        diverged: diverged.length,
        lowestLearningRate: params.learningRate,
      },
      suggestion: {
        message: 'Search lower learning rates.',
        space: around(params, { learningRate: lowerRates(params) }),
      },
    },
  ];
}

/** Within one standard error of what a network without hidden layers does. */
function findLinear(
  first: LeaderboardItem,
  { trials, baselines, metric }: Parameters<typeof diagnoseSearch>[0],
): Finding[] {
  const linear = baselines.find(({ kind }) => kind === 'logisticRegression' || kind === 'linearRegression');
  const params = trials.find(({ trial }) => trial === first.trial)?.params;
  const { mean, standardError } = first.score;
  if (linear?.score.mean == null || mean === null || standardError === null) return [];
  if (!params || params.hiddenLayers.length === 0) return [];
  const sign = directionOf(metric) === 'maximize' ? 1 : -1;
  const ahead = sign * (mean - linear.score.mean);
  if (ahead > standardError) return [];
  const name = linear.kind === 'linearRegression' ? 'linear regression' : 'logistic regression';
  return [
    {
      code: 'linearIsEnough',
      message: `The best trial, ${first.trial}, is no better than ${name} by more than one standard error: hidden layers have found nothing that a linear model does not.`,
      evidence: { trial: first.trial, score: mean, linearScore: linear.score.mean, standardError },
      suggestion: {
        message: `Try networks without hidden layers, which are ${name}; or better features.`,
        space: around(params, { hiddenLayers: [[], params.hiddenLayers], dropout: 0, l1: 0 }),
      },
    },
  ];
}
