import type { Dataset } from '@holdfast/contracts/dataset';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { countInputs, describeEncodings } from '@holdfast/core/preprocessing/column-encoding';
import type { FoldAssignment } from '@holdfast/core/splits/assign-folds';
import { countWeights } from '@holdfast/core/training/count-weights';
import { estimateFoldCost } from '@holdfast/core/training/estimate-fold-cost';
import { refuse } from './refuse.ts';

export interface PreparedTrial {
  params: Hyperparameters;
  weightCount: number;
  /** Estimated multiply-adds of one fold run. */
  cost: number;
}

/** What of a trial may run at once: so many of its fold runs, up to an epoch or to the end. */
export interface Stage {
  released: number;
  untilEpoch: number | null;
}

/** A network that needs more than this to train could take a worker down. */
const mostBytes = 4 * 1024 ** 3;

/**
 * Networks and costs of trials.
 * @throws ProblemError for a network that no worker could hold
 */
export function weighTrials(
  trials: readonly Hyperparameters[],
  dataset: Dataset,
  folds: FoldAssignment,
): PreparedTrial[] {
  const inputs = countInputs(dataset.features.length, describeEncodings(dataset.features));
  const outputs = dataset.task === 'classification' ? dataset.classes.length : dataset.target.length;
  const fold = folds.repeats[0]?.[0];
  if (!fold) throw new Error('A division without a fold.');
  const rows = { trainingRows: fold.trainingRows.length, validationRows: fold.validationRows.length };
  return trials.map((params) => {
    const { multiplyAdds, bytes } = estimateFoldCost({ params, inputs, outputs, ...rows });
    if (bytes > mostBytes) {
      const message = `A network of ${JSON.stringify(params.hiddenLayers)} needs about ${Math.round(bytes / 1024 ** 3)} GiB for one fold; at most ${mostBytes / 1024 ** 3} GiB can be used.`;
      throw refuse([{ pointer: '/space', message }]);
    }
    return { params, weightCount: countWeights(params, inputs, outputs), cost: multiplyAdds };
  });
}
