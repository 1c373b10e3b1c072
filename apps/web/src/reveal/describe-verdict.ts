import { directionOf, type Metric } from '@holdfast/contracts/metrics';
import type { LadderAnswer, RevealedTrial } from '@holdfast/contracts/reveal';
import { decimal } from '../format/figures.ts';

const words = {
  consistent: 'The test agrees with what cross-validation promised.',
  optimistic: 'Cross-validation promised more than the test allows: rely on the test.',
  pessimistic: 'The test is better than cross-validation promised.',
} as const;

/** The verdict in words, with the figures that it rests on. */
export function describeVerdict({ test, validation, verdict }: RevealedTrial, metric: Metric): string {
  const score = test?.[metric] ?? null;
  if (!test || score === null) return `The test gives no ${metric}.`;
  const interval = test.interval95
    ? ` (95 % interval ${decimal(test.interval95[0])} to ${decimal(test.interval95[1])})`
    : '';
  const promised = validation.corrected ?? validation.mean;
  const beside =
    promised === null
      ? ''
      : `, where cross-validation had promised ${decimal(promised)}${validation.corrected === null ? '' : ' without the winner’s luck'}`;
  const lower = directionOf(metric) === 'minimize' ? '; lower is better' : '';
  return `${verdict ? `${words[verdict]} ` : ''}On the locked rows the ${metric} is ${decimal(score)}${interval}${beside}${lower}.`;
}

/** What a ladder answered, in words. */
export function describeLadder({ score, improved, leader }: LadderAnswer): string {
  if (score === null || leader === null) return 'The ladder has no score yet.';
  return improved
    ? `The ladder shows this trial now, with an accuracy of ${decimal(score)}.`
    : `Not better by more than the step: the ladder still shows an accuracy of ${decimal(score)}, that of trial ${leader.trial}.`;
}
