import type { Direction } from '@holdfast/contracts/metrics';
import { type FoldStatistics, foldStatistics, meanOf } from '../statistics/fold-statistics.ts';

/**
 * The score of a search procedure over the outer folds, and the optimism of the inner searches about it: how much better
 * the scores are that their winners were chosen by. Not defined as long as a fold is missing.
 * Source: Cawley and Talbot, "On over-fitting in model selection and subsequent selection bias in performance
 * evaluation", JMLR 11 (2010), section 5.
 */
export function nestedScore(
  folds: readonly { innerScore: number | null; outerScore: number | null }[],
  direction: Direction,
): { score: FoldStatistics; inner: { mean: number | null; optimism: number | null } } {
  const score = foldStatistics(folds.map(({ outerScore }) => outerScore));
  const mean = meanOf(folds.map(({ innerScore }) => innerScore));
  const sign = direction === 'maximize' ? 1 : -1;
  return {
    score,
    inner: {
      mean,
      optimism: mean === null || score.mean === null ? null : sign * (mean - score.mean),
    },
  };
}
