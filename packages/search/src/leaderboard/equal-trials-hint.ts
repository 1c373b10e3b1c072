import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Hint, LeaderboardItem } from '@holdfast/contracts/leaderboard';
import { simplestOf } from './recommend.ts';
import type { TrialResult } from './trial-result.ts';

/** Trials that a message names. */
const mostNamed = 10;

/**
 * `equalTrials`: no trial is significantly better than these, so that the simplest of them will do; `space` is its
 * hyperparameters, a search of one trial, to be run again with more repeats.
 */
export function findEqualTrials(items: readonly LeaderboardItem[], trials: readonly TrialResult[]): Hint[] {
  const tied = items.filter(({ tiedWithBest }) => tiedWithBest === true);
  if (tied.length < 2) return [];
  const { trial: smallest } = simplestOf(tied, trials);
  const { hiddenLayers, ...others } = trials.find(({ trial }) => trial === smallest)!
    .params as Hyperparameters;
  const numbers = tied.map(({ trial }) => trial).sort((a, b) => a - b);
  const named =
    numbers.length > mostNamed ? `${numbers.slice(0, mostNamed).join(', ')} …` : numbers.join(', ');
  return [
    {
      code: 'equalTrials',
      message: `These ${inWords(tied.length)} are equal as far as the data can tell: trials ${named}. The smallest is ${smallest}.`,
      space: { hiddenLayers: [hiddenLayers], ...others } as NonNullable<Hint['space']>,
    },
  ];
}

const words = 'two three four five six seven eight nine ten eleven twelve'.split(' ');

function inWords(count: number): string {
  return words[count - 2] ?? String(count);
}
