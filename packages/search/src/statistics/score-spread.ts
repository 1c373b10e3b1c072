import { exactSum } from './exact-sum.ts';
import { foldStatistics, meanOf } from './fold-statistics.ts';

export interface ScoreSpread {
  /**
   * Standard deviation of the fold scores of one repeat, over all repeats: rows differ from fold to fold. `null` where no
   * repeat has two folds.
   */
  foldStd: number | null;
  /**
   * Standard deviation (n − 1) of the repeats' means: the rows are the same, the division into folds and all seeds are
   * drawn anew. `null` for fewer than two repeats, and for repeats of one fold: each holds out other rows.
   */
  seedStd: number | null;
}

/**
 * What of a score's spread is which rows, and what the luck of the draw: the two components of a one-way layout with
 * repeats as groups (Searle, Casella and McCulloch, "Variance Components", 1992, §3.1).
 * @param repeats the fold scores of each repeat; a repeat without all of its scores does not count
 */
export function scoreSpread(repeats: readonly (readonly (number | null)[])[]): ScoreSpread {
  const whole = repeats.filter((scores): scores is number[] => meanOf(scores) !== null);
  const means = whole.map((scores) => meanOf(scores)!);
  const squares = whole.flatMap((scores, repeat) =>
    scores.map((score) => (score - means[repeat]!) * (score - means[repeat]!)),
  );
  const degrees = exactSum(whole.map(({ length }) => length - 1));
  const foldStd = degrees === 0 ? null : Math.sqrt(exactSum(squares) / degrees);
  const haveSameRows = whole.every(({ length }) => length > 1);
  return {
    foldStd: foldStd !== null && Number.isFinite(foldStd) ? foldStd : null,
    seedStd: haveSameRows ? foldStatistics(means).std : null,
  };
}
