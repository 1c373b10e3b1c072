import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { countInputs } from '@holdfast/core/preprocessing/column-encoding';
import { estimateFoldCost } from '@holdfast/core/training/estimate-fold-cost';
import type { TrainingSet } from '@holdfast/core/training-set';

/** What one training on the rows outside of a fold takes. */
export function estimateFoldRun(
  data: TrainingSet,
  assignment: Uint16Array,
  fold: number,
  params: Hyperparameters,
  earlyStopping: boolean,
) {
  let validationRows = 0;
  for (let row = 0; row < assignment.length; row += 1) if (assignment[row] === fold) validationRows += 1;
  return estimateFoldCost({
    params,
    inputs: countInputs(data.columns, data.encodings),
    outputs: data.outputs,
    trainingRows: data.rows - validationRows,
    validationRows,
    earlyStopping,
  });
}
