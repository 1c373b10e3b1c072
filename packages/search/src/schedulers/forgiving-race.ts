import { exactSum } from '../statistics/exact-sum.ts';

/**
 * Whether a trial is dropped after some of its folds: when their mean is worse than the worst single fold of the
 * incumbent. A fold without a score drops it too, since its mean over all folds would not be defined.
 * Source: Bergman, Purucker and Hutter, "Don't waste your time: early stopping cross-validation", AutoML 2024 (PMLR
 * 256), section 3, "forgiving"; racing over folds goes back to F-Race (Birattari and others 2002) and irace.
 * @param scores the trial's, of the folds that have run
 * @param incumbent the scores of all folds of the trial to beat
 * @param sign 1 where larger is better, −1 where smaller is
 */
export function isBeaten(
  scores: readonly (number | null)[],
  incumbent: readonly number[],
  sign: 1 | -1,
): boolean {
  const defined = scores.filter((score) => score !== null);
  if (defined.length < scores.length) return true;
  const mean = exactSum(defined) / defined.length;
  const worst = incumbent.reduce((a, b) => (sign * b < sign * a ? b : a));
  return sign * mean < sign * worst;
}
