import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { type SearchSpec, searchSpecSchema } from '@holdfast/contracts/search-spec';
import { learningCurveTag, mostTags } from '@holdfast/contracts/search-tags';
import type { OwnSearchRecord } from '@holdfast/db/searches';

/**
 * The search that trains one trial on shares of the training rows: a list, on the same folds, validated on all of their rows.
 * @param shares of each fold's training rows
 */
export function learningCurveSpec(
  { id, spec, datasetId }: OwnSearchRecord,
  { trial, params }: { trial: number; params: Hyperparameters },
  shares: readonly number[],
): SearchSpec {
  // What is outside of an inner search stays there for the search alone.
  const { outer: _, ...crossValidation } = spec.crossValidation;
  return searchSpecSchema.parse({
    name: `learning curve of trial ${trial} of ${spec.name ?? id}`.slice(0, 200),
    tags: [...new Set([...spec.tags.slice(0, mostTags - 2), learningCurveTag, `trial:${trial}`])],
    dataset: datasetId,
    seed: spec.seed,
    strategy: {
      kind: 'list',
      trials: [...new Set(shares)]
        .sort((a, b) => a - b)
        .map((trainingShare) => ({ ...params, trainingShare })),
    },
    crossValidation,
    objective: spec.objective,
    earlyStopping: spec.earlyStopping,
    limits: { concurrency: spec.limits.concurrency },
    allowLeak: spec.allowLeak,
  });
}

/** The trial of its parent that a learning curve is of. */
export function trialOfCurve({ spec }: OwnSearchRecord): number {
  const tag = spec.tags.findLast((one) => /^trial:\d+$/.test(one));
  if (tag === undefined) throw new Error('A learning curve without the tag of its trial.');
  return Number(tag.slice('trial:'.length));
}
