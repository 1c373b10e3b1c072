import type { Comparison } from '@holdfast/contracts/comparison';
import { countOf, decimal } from '../format/figures.ts';

/** What a comparison comes to, in a sentence or two. */
export function describeComparison({
  trials,
  folds,
  meanDifference,
  direction,
  metric,
  test,
  reason,
}: Comparison): string {
  const [first, second] = trials;
  if (folds.length === 0 || meanDifference === null) {
    return reason ?? `Trials ${first.trial} and ${second.trial} have no fold in common yet.`;
  }
  const ahead = direction === 'maximize' ? meanDifference > 0 : meanDifference < 0;
  const [better, worse] = ahead ? [first, second] : [second, first];
  const by =
    meanDifference === 0
      ? `Trials ${first.trial} and ${second.trial} have the same mean ${metric} over ${countOf(folds.length, 'fold')}.`
      : `Trial ${better.trial} is ahead of trial ${worse.trial} by ${decimal(Math.abs(meanDifference))} of ${metric}, the mean over ${countOf(folds.length, 'fold')}.`;
  if (!test) return reason === null ? by : `${by} ${reason}`;
  const p = test.pValue < 0.0001 ? 'p < 0.0001' : `p = ${test.pValue.toFixed(test.pValue < 0.01 ? 4 : 2)}`;
  const [low, high] = test.interval.map((end) => decimal(end).replace('-', '−'));
  const told =
    test.pValue < 0.05
      ? 'The folds tell them apart'
      : 'That could be chance: the folds do not tell them apart';
  return `${by} ${told} (${p}; 95 % interval of the difference ${low} to ${high}).`;
}
