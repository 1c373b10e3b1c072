import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { countInputs } from '@holdfast/core/preprocessing/column-encoding';
import { countWeights } from '@holdfast/core/training/count-weights';
import { estimateFoldCost } from '@holdfast/core/training/estimate-fold-cost';
import type { DatasetCache } from './dataset-cache.ts';
import type { TrainingPlan } from './search-cache.ts';

/** Networks of trials, and the costs of one of their fold runs, as large as those of `fold` in the first repeat. */
export async function createWeigher(datasets: DatasetCache, training: TrainingPlan, fold = 0) {
  const { columns, encodings, outputs, rows } = await datasets.of(training);
  const inputs = countInputs(columns, encodings);
  const assignment = training.assignments[0]!;
  const validationRows = assignment.reduce((sum, validates) => sum + Number(validates === fold), 0);
  return (params: Hyperparameters) => {
    const size = { params, inputs, outputs, trainingRows: rows - validationRows, validationRows };
    return { weightCount: countWeights(params, inputs, outputs), cost: estimateFoldCost(size).multiplyAdds };
  };
}
