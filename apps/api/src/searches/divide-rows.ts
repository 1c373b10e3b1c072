import type { CrossValidation } from '@holdfast/contracts/search-spec';
import { assignFolds, type FoldAssignment } from '@holdfast/core/splits/assign-folds';
import { quantileBins } from '@holdfast/core/splits/quantile-bins';
import { stratificationLabels } from '@holdfast/core/splits/stratification-labels';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { foldRunsPerTrial } from '@holdfast/search/resolve-cross-validation';
import { ProblemError } from '../problem-error.ts';
import type { TrainingLabels } from './training-labels.ts';

/** Rows times repeats: beyond it dividing alone would hold the service up for seconds. */
const mostAssignments = 20_000_000;

/**
 * Divides the training rows once for the whole search, from the seed in the resolved cross-validation. A holdout
 * of classes is stratified; regression is by bins of the target.
 * @throws ProblemError where a class has too few rows, or there are too few groups
 */
export function divideRows(
  crossValidation: CrossValidation,
  { data, groups }: TrainingLabels,
): FoldAssignment {
  const { kind } = crossValidation;
  const { rows } = data;
  const repeats = kind === 'blocked' ? 1 : crossValidation.repeats;
  if (rows * repeats > mostAssignments) {
    throw invalid('/crossValidation/repeats', `${repeats} repeats of ${rows} rows are too many. Use fewer.`);
  }
  const stratified = kind === 'stratified' || kind === 'stratifiedGrouped' || kind === 'holdout';
  const labels = stratified ? labelsFor(crossValidation, data) : null;
  try {
    return assignFolds({
      kind,
      rows,
      repeats,
      seed: deriveSeed((kind === 'blocked' ? undefined : crossValidation.seed) ?? 0, 'folds'),
      ...(labels && { labels }),
      ...((kind === 'grouped' || kind === 'stratifiedGrouped') && groups && { groups }),
      ...(kind === 'holdout' ? { fraction: crossValidation.fraction } : { folds: crossValidation.folds }),
      ...(kind === 'blocked' && { gap: crossValidation.gap }),
    });
  } catch (error) {
    if (error instanceof RangeError) throw invalid('/crossValidation', error.message, error);
    throw error;
  }
}

/** Quantities are stratified by bins, where that is asked for: a holdout of them is plain. */
function labelsFor(crossValidation: CrossValidation, data: TrainingLabels['data']): Int32Array | null {
  const folds = crossValidation.kind === 'holdout' ? 2 : crossValidation.folds;
  if (data.task === 'regression' && crossValidation.kind !== 'holdout') {
    return quantileBins(data.targets, data.outputs, folds);
  }
  return stratificationLabels(data, folds);
}

/** The fold runs of a trial, in the order of repeat and fold. */
export function foldRunsOf({ repeats }: FoldAssignment): { repeat: number; fold: number }[] {
  return repeats.flatMap((divided, repeat) => divided.map((_, fold) => ({ repeat, fold })));
}

/** The same by a resolved cross-validation alone. */
export function foldRunsBy(crossValidation: CrossValidation): { repeat: number; fold: number }[] {
  const folds = crossValidation.kind === 'holdout' ? 1 : crossValidation.folds;
  return Array.from({ length: foldRunsPerTrial(crossValidation) }, (_, index) => ({
    repeat: Math.floor(index / folds),
    fold: index % folds,
  }));
}

function invalid(pointer: string, message: string, cause?: Error): ProblemError {
  return new ProblemError('invalid-search', message, { errors: [{ pointer, message }], cause });
}
