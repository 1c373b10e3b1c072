import { exactSum } from './exact-sum.ts';

export interface FoldStatistics {
  mean: number | null;
  /** With n − 1; `null` for fewer than two scores. */
  std: number | null;
  /** std / √n. */
  standardError: number | null;
}

/** The mean of numbers, whatever their order; `null` of none, and where one of them is `null`. */
export function meanOf(values: readonly (number | null)[]): number | null {
  if (values.length === 0 || !values.every((value) => value !== null)) return null;
  return finite(exactSum(values) / values.length);
}

/** Mean, sample standard deviation and standard error of fold scores; all `null` where a score is. */
export function foldStatistics(scores: readonly (number | null)[]): FoldStatistics {
  const mean = meanOf(scores);
  const count = scores.length;
  if (mean === null || count < 2) return { mean, std: null, standardError: null };
  const squares = (scores as number[]).map((score) => (score - mean) * (score - mean));
  const std = finite(Math.sqrt(exactSum(squares) / (count - 1)));
  return { mean, std, standardError: std === null ? null : std / Math.sqrt(count) };
}

/** JSON has no infinities: what overflows is not defined. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
