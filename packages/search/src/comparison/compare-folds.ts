import type { Comparison } from '@holdfast/contracts/comparison';
import type { MetricName } from '@holdfast/contracts/metrics';
import type { FoldRun } from '@holdfast/contracts/trial';
import { foldStatistics, meanOf } from '../statistics/fold-statistics.ts';
import { type ScoreSpread, scoreSpread } from '../statistics/score-spread.ts';
import { studentQuantile, studentTwoSided } from '../statistics/student-t.ts';

/** What a comparison needs of a fold run. */
export type ComparedFold = Pick<FoldRun, 'repeat' | 'fold' | 'state' | 'validation' | 'rows'>;

interface FoldComparison
  extends Pick<Comparison, 'folds' | 'meanDifference' | 'differenceSpread' | 'test' | 'reason'> {
  /** Of the first and the second trial, over the common folds. */
  means: [number | null, number | null];
}

interface CommonFold {
  compared: Comparison['folds'][number];
  rows: NonNullable<ComparedFold['rows']>;
}

/**
 * The corrected resampled t-test on the paired differences of two trials over the folds that both have finished.
 * Folds share training rows, so their scores depend on one another, and the usual s²/n is too small a variance of the
 * mean; it is (1/n + n₂/n₁)·s² here, n₂ validation and n₁ training rows. Source: Nadeau and Bengio, "Inference for the
 * generalization error", Machine Learning 52 (2003), §3, equation 9; for repeated k-fold cross-validation Bouckaert
 * and Frank, "Evaluating the replicability of significance tests for comparing learning algorithms", PAKDD 2004.
 * Folds of unequal size count with their summed rows.
 * @param first @param second all fold runs of a trial of the same search, in any order.
 */
export function compareFolds(
  first: readonly ComparedFold[],
  second: readonly ComparedFold[],
  metric: MetricName,
): FoldComparison {
  const common = commonFolds(first, second, metric);
  const folds = common.map(({ compared }) => compared);
  const differences = folds.map(({ difference }) => difference);
  return {
    folds,
    means: [meanOf(folds.map(({ scores }) => scores[0])), meanOf(folds.map(({ scores }) => scores[1]))],
    meanDifference: meanOf(differences),
    differenceSpread: spreadOf(folds),
    ...testDifferences(common, differences, metric),
  };
}

function commonFolds(
  first: readonly ComparedFold[],
  second: readonly ComparedFold[],
  metric: MetricName,
): CommonFold[] {
  const place = ({ repeat, fold }: ComparedFold) => `${repeat} ${fold}`;
  const isDone = ({ state }: ComparedFold) => state === 'completed';
  const others = new Map(second.filter(isDone).map((run) => [place(run), run]));
  return first
    .filter(isDone)
    .sort((a, b) => a.repeat - b.repeat || a.fold - b.fold)
    .flatMap((run) => {
      const other = others.get(place(run));
      const rows = run.rows ?? other?.rows;
      if (!other || !rows) return [];
      const a = run.validation?.[metric] ?? null;
      const b = other.validation?.[metric] ?? null;
      const difference = a === null || b === null ? null : a - b;
      return [{ compared: { repeat: run.repeat, fold: run.fold, scores: [a, b], difference }, rows }];
    });
}

/** Of the repeats that are as long as the longest one. */
function spreadOf(folds: Comparison['folds']): ScoreSpread {
  const repeats = new Map<number, (number | null)[]>();
  for (const { repeat, difference } of folds) {
    const differences = repeats.get(repeat) ?? [];
    repeats.set(repeat, differences);
    differences.push(difference);
  }
  const longest = [...repeats.values()].reduce((most, { length }) => Math.max(most, length), 0);
  return scoreSpread([...repeats.values()].filter(({ length }) => length === longest));
}

function testDifferences(
  common: readonly CommonFold[],
  differences: readonly (number | null)[],
  metric: MetricName,
): Pick<Comparison, 'test' | 'reason'> {
  const undefinedTest = (reason: string) => ({ test: null, reason });
  const count = common.length;
  if (count < 2) {
    return undefinedTest(
      `A test needs two folds that both trials have finished; there ${count === 1 ? 'is 1' : 'are 0'}.`,
    );
  }
  const missing = common.find(({ compared }) => compared.difference === null)?.compared;
  if (missing) {
    return undefinedTest(
      `${metric} is not defined for both trials on repeat ${missing.repeat}, fold ${missing.fold}.`,
    );
  }
  const { mean, std } = foldStatistics(differences);
  if (mean === null || std === null) return undefinedTest(`Differences in ${metric} are too large to test.`);
  if (std <= roundingOf(common)) {
    return undefinedTest('The difference is the same on every fold: there is no variance to test it by.');
  }
  const validationRows = common.reduce((sum, { rows }) => sum + rows.validation, 0);
  const trainingRows = common.reduce((sum, { rows }) => sum + rows.training, 0);
  const ratio = validationRows / trainingRows;
  const standardError = std * Math.sqrt(1 / count + ratio);
  const degreesOfFreedom = count - 1;
  const t = mean / standardError;
  const margin = studentQuantile(0.975, degreesOfFreedom) * standardError;
  const interval: [number, number] = [mean - margin, mean + margin];
  if (!interval.every(Number.isFinite))
    return undefinedTest(`Differences in ${metric} are too large to test.`);
  return {
    test: {
      kind: 'correctedResampledT',
      correction: { validationRows, trainingRows, ratio },
      standardError,
      t,
      degreesOfFreedom,
      pValue: studentTwoSided(t, degreesOfFreedom),
      interval,
    },
    reason: null,
  };
}

/** What rounding alone can make of equal differences: 0.9 − 0.8 and 0.3 − 0.2 are not the same double. */
function roundingOf(common: readonly CommonFold[]): number {
  const largest = common.reduce(
    (most, { compared }) => Math.max(most, ...compared.scores.map((value) => Math.abs(value ?? 0))),
    0,
  );
  return 4 * Number.EPSILON * largest;
}
