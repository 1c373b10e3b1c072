import { directionOf, type Metric } from '@holdfast/contracts/metrics';
import type { RevealedTrial } from '@holdfast/contracts/reveal';

/** Whether the test's interval allows what validation promised, the correction for the best of many applied. */
export function judge(
  metric: Metric,
  promised: RevealedTrial['validation'],
  interval: readonly [number, number] | null | undefined,
): RevealedTrial['verdict'] {
  const score = promised.corrected ?? promised.mean;
  if (score === null || !interval) return null;
  const [low, high] = interval;
  if (score >= low && score <= high) return 'consistent';
  return score > high === (directionOf(metric) === 'maximize') ? 'optimistic' : 'pessimistic';
}
