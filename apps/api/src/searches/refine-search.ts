import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Refinement } from '@holdfast/contracts/search-control';
import { type SearchSpec, searchSpecSchema } from '@holdfast/contracts/search-spec';
import type { TrialParams } from '@holdfast/contracts/trial-params';
import type { OwnSearchRecord } from '@holdfast/db/searches';
import { refineSpace } from '@holdfast/search/space/refine-space';
import { ProblemError } from '../problem-error.ts';
import { refuse } from './refuse.ts';

/**
 * The search around the best trials of another: a grid in a narrower space, on the same folds, so that their scores can
 * be compared fold by fold.
 * @throws ProblemError where no trial has a score, or there is no range to narrow
 */
export function refineSpec(
  record: OwnSearchRecord,
  best: readonly { params: TrialParams }[],
  refinement: Refinement,
): SearchSpec {
  const { factor, points } = refinement;
  if (best.length === 0) {
    throw new ProblemError('conflict', 'No trial has a score yet: there is nothing to refine around.');
  }
  const { spec } = record;
  // The best were chosen with the rows of all outer folds: no part of them could score what follows.
  const { outer: _, ...crossValidation } = spec.crossValidation;
  const space = refineSpace(
    spec.space,
    best.map(({ params }) => params as Hyperparameters),
    { factor, points },
  );
  if (!JSON.stringify(space).includes('"points"')) {
    const message = 'The space has no range to narrow: all of its best trials are tried choices.';
    throw refuse([{ pointer: '', message }]);
  }
  return searchSpecSchema.parse({
    name: refinement.name ?? `around the best of ${spec.name ?? record.id}`.slice(0, 200),
    tags: spec.tags,
    dataset: record.datasetId,
    seed: spec.seed,
    space,
    strategy: { kind: 'grid' },
    race: spec.race,
    crossValidation,
    objective: spec.objective,
    earlyStopping: spec.earlyStopping,
    refit: spec.refit,
    limits: { concurrency: spec.limits.concurrency },
    allowLeak: spec.allowLeak,
  });
}
