import type { Dataset, Warning } from '@holdfast/contracts/dataset';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { ResolvedSearchSpec, SearchSpec } from '@holdfast/contracts/search-spec';
import { countInputs, describeEncodings } from '@holdfast/core/preprocessing/column-encoding';
import type { FoldAssignment } from '@holdfast/core/splits/assign-folds';
import { countWeights } from '@holdfast/core/training/count-weights';
import { estimateFoldCost } from '@holdfast/core/training/estimate-fold-cost';
import { findDataset } from '@holdfast/db/datasets';
import type { Database } from '@holdfast/db/open-database';
import { planTrials } from '@holdfast/search/plan-trials';
import { resolveSpec } from '@holdfast/search/resolve-spec';
import type { Observation } from '@holdfast/search/samplers/sampler';
import { ProblemError } from '../problem-error.ts';
import { collectWarmStart } from './collect-warm-start.ts';
import { divideRows } from './divide-rows.ts';
import type { LoadTrainingLabels } from './training-labels.ts';

export interface PreparedTrial {
  params: Hyperparameters;
  weightCount: number;
  /** Estimated multiply-adds of one fold run. */
  cost: number;
}

/** What of a trial may run at once: so many of its fold runs, up to an epoch or to the end. */
interface Stage {
  released: number;
  untilEpoch: number | null;
}

export interface PreparedSearch {
  dataset: Dataset;
  spec: ResolvedSearchSpec;
  /** Those that wait for no result. */
  trials: (PreparedTrial & Stage)[];
  trialsToCome: number;
  adaptive: boolean;
  /** What the strategy knows from earlier searches. */
  warmStart: Observation[];
  folds: FoldAssignment;
  foldRuns: number;
  warnings: Warning[];
}

/** A network that needs more than this to train could take a worker down. */
const mostBytes = 4 * 1024 ** 3;

/**
 * From what a client wrote to what is trained; creates nothing.
 * @throws ProblemError `invalid-search` with the places in the spec
 */
export async function prepareSearch(
  { database, loadLabels }: { database: Database; loadLabels: LoadTrainingLabels },
  sent: SearchSpec,
): Promise<PreparedSearch> {
  const dataset = await findDataset(database, sent.dataset);
  if (dataset === null) throw datasetNotFound(sent.dataset);
  const labels = await loadLabels(dataset);
  const resolved = resolveSpec(sent, {
    id: dataset.id,
    name: dataset.name,
    task: dataset.task,
    trainRows: dataset.rows.train,
    rowsPerClass: dataset.rowsPerClass,
    group: dataset.group !== null,
    time: dataset.time !== null,
    ...(labels.groupCount !== undefined && { groups: labels.groupCount }),
  });
  if ('errors' in resolved) throw refuse(resolved.errors);
  const { spec } = resolved;
  const warmStart = await collectWarmStart(database, spec);
  const plan = planTrials(spec, warmStart);
  if ('errors' in plan) throw refuse(plan.errors);

  const folds = divideRows(spec.crossValidation, labels);
  return {
    dataset,
    spec,
    trials: weighTrials(plan.trials, dataset, folds).map((trial, n) => ({ ...trial, ...plan.stages[n]! })),
    trialsToCome: plan.trialsToCome,
    adaptive: plan.adaptive,
    warmStart,
    folds,
    foldRuns: plan.foldRuns,
    warnings: [...resolved.warnings, ...plan.warnings],
  };
}

export function datasetNotFound(idOrName: string): ProblemError {
  const message = `There is no data set ${JSON.stringify(idOrName)}.`;
  return refuse([{ pointer: '/dataset', message }]);
}

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

/** The problem of a spec, or of what is asked of a search, with its places. */
export function refuse(errors: readonly { pointer: string; message: string }[]): ProblemError {
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new ProblemError('invalid-search', `${first?.message ?? 'The search cannot be run.'}${more}`, {
    errors: [...errors],
  });
}
