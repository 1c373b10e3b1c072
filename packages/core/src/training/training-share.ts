import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Seed } from '@holdfast/numeric/derive-seed';
import { createStream } from '@holdfast/numeric/stream';
import { chooseFraction } from '../splits/choose-fraction.ts';
import { stratificationLabels } from '../splits/stratification-labels.ts';
import type { TrainingSet } from '../training-set.ts';

/**
 * The share of the training rows that a trial is trained on, ascending: all unless its `trainingShare` is below 1.
 * Drawn from the fold run's seed, stratified where there are classes.
 */
export function shareOf(
  { data, params, seed }: { data: TrainingSet; params: Hyperparameters; seed: Seed },
  trainingRows: Int32Array,
): Int32Array {
  const { trainingShare = 1 } = params;
  if (trainingShare === 1) return trainingRows;
  const all = stratificationLabels(data);
  const labels = all === null ? null : Int32Array.from(trainingRows, (row) => all[row]!);
  const chosen = chooseFraction(
    trainingRows.length,
    trainingShare,
    labels,
    createStream(seed, 'trainingShare'),
  );
  return trainingRows.filter((_, i) => chosen[i] === 1);
}
