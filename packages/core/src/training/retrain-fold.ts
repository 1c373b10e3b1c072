import { wasmEngine } from '../kernels/wasm.ts';
import { orCancelled } from './cancellation.ts';
import { type CompletedFold, completeFold, type FoldInput } from './train-fold.ts';
import { trainRows } from './train-rows.ts';
import type { TrainedModel } from './trained-model.ts';
import { shareOf } from './training-share.ts';

export interface RetrainedFold {
  status: 'completed';
  fold: CompletedFold;
  /** `null` where the training diverged. */
  model: TrainedModel | null;
}

/**
 * The training of `trainFold` once more, for what that does not keep: the model that was scored, to the bit.
 * @throws RangeError where rows, data and hyperparameters do not fit together
 */
export function retrainFold(input: FoldInput): RetrainedFold | { status: 'cancelled' } {
  const { data, trainingRows, validationRows, engine = wasmEngine } = input;
  return orCancelled((): RetrainedFold => {
    const trained = trainRows({ ...input, engine }, shareOf(input, trainingRows), validationRows);
    const { layers, parameters, pipeline, targetScaler, diverged } = trained;
    const { task, outputs } = data;
    return {
      status: 'completed',
      fold: completeFold(input, trained),
      model: diverged === null ? { task, outputs, layers, parameters, pipeline, targetScaler } : null,
    };
  });
}
