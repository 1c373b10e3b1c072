import type { Baseline, Leaderboard } from '@holdfast/contracts/leaderboard';
import { decimal } from '../terminal/text-table.ts';

/** What one should know besides the table of a board, a sentence each. */
export function boardNotes({ baselines, corrected, recommended, hints, metric }: Leaderboard): string[] {
  return [
    ...(baselines.length > 0
      ? [`For comparison: ${baselines.map((one) => describeBaseline(one, metric)).join(', ')}`]
      : []),
    ...(corrected
      ? [
          `Trial ${corrected.trial} without the luck of being first of many: ${metric} ${decimal(corrected.score)}`,
        ]
      : []),
    ...(recommended ? [`Recommended: trial ${recommended.trial}, ${reasons[recommended.rule]}`] : []),
    ...hints.map(({ message }) => `Hint: ${message}`),
  ];
}

const reasons = {
  oneStandardError: 'the simplest within one standard error of the best',
  best: 'the best',
};

const baselineNames: Record<Baseline['kind'], string> = {
  majorityClass: 'majority class',
  mean: 'mean',
  logisticRegression: 'logistic regression',
  linearRegression: 'linear regression',
};

function describeBaseline({ kind, score: { mean, standardError } }: Baseline, metric: string): string {
  const error = standardError === null ? '' : ` ± ${decimal(standardError)}`;
  return `${baselineNames[kind]} ${mean === null ? `has no ${metric}` : `${decimal(mean)}${error}`}`;
}
