import type { Curves } from '@holdfast/contracts/trial';
import { meanOf } from '../statistics/fold-statistics.ts';

/** Losses by epoch, means over folds; as far as all folds have them. */
export interface MeanCurves {
  epochs: number[];
  training: number[];
  validation: number[];
}

/** `null` where there is no curve, or one holds what is not a number. */
export function meanCurves(curves: readonly Curves[]): MeanCurves | null {
  const length = Math.min(...curves.map(({ epochs }) => epochs.length));
  if (curves.length === 0 || length === 0) return null;
  const training: number[] = [];
  const validation: number[] = [];
  for (let at = 0; at < length; at++) {
    const [seen, unseen] = [
      meanOf(curves.map(({ trainingLoss }) => trainingLoss[at] ?? null)),
      meanOf(curves.map(({ validationLoss }) => validationLoss[at] ?? null)),
    ];
    if (seen === null || unseen === null) return null;
    training.push(seen);
    validation.push(unseen);
  }
  return { epochs: curves[0]!.epochs.slice(0, length), training, validation };
}

/** Where the validation loss was lowest, the first time. */
export function lowestAt({ validation }: MeanCurves): number {
  return validation.reduce((best, loss, at) => (loss < validation[best]! ? at : best), 0);
}
