import type { LearningCurve } from '@holdfast/contracts/learning-curve';
import type { Direction } from '@holdfast/contracts/metrics';
import { foldStatistics } from '../statistics/fold-statistics.ts';

/**
 * Whether more rows would help: they do where the score gained more than one standard error from the last share but one
 * to the last, fold by fold. `null` where a fold has no score, or there is one fold alone.
 * @param points by share, ascending; fold scores in one order
 */
export function judgeLearningCurve(
  points: readonly { share: number; folds: readonly (number | null)[] }[],
  direction: Direction,
): LearningCurve['verdict'] {
  const [before, last] = [points.at(-2), points.at(-1)];
  if (!before || !last || before.folds.length !== last.folds.length) return null;
  const sign = direction === 'maximize' ? 1 : -1;
  const gains = last.folds.map((score, fold) => {
    const earlier = before.folds[fold]!;
    return score === null || earlier === null ? null : sign * (score - earlier);
  });
  const { mean, standardError } = foldStatistics(gains);
  if (mean === null || standardError === null) return null;
  const shares = `From ${percent(before.share)} to ${percent(last.share)} of the rows the score gained ${figure(mean)} ± ${figure(standardError)}`;
  return mean > standardError
    ? {
        code: 'moreDataHelps',
        message: `${shares}, and has not levelled off: more rows are likely to help.`,
        gain: mean,
        standardError,
      }
    : {
        code: 'levelledOff',
        message: `${shares}, which is no more than its standard error: more rows of the same kind will hardly help.`,
        gain: mean,
        standardError,
      };
}

const percent = (share: number) => `${Number((100 * share).toPrecision(3))} %`;
const figure = (value: number) => String(Number(value.toPrecision(2)));
