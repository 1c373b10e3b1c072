import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { trainFold } from '@holdfast/core/training/train-fold';
import type { TrainingSet } from '@holdfast/core/training-set';

export interface PoolTask {
  data: TrainingSet;
  trainingRows: Int32Array;
  validationRows: Int32Array;
  params: Hyperparameters;
  seed: string;
  epochs: number[];
}

/** The entry of a Piscina thread: validation accuracy after so many epochs, `null` from where it diverged. */
export default function trainPool({ epochs, ...task }: PoolTask): (number | null)[] {
  const outcome = trainFold({ ...task, earlyStopping: null });
  if (outcome.status !== 'completed') throw new Error(outcome.status);
  const { curves } = outcome;
  return epochs.map((epoch) => curves.validationAccuracy[curves.epochs.indexOf(epoch)] ?? null);
}
