import { canonicalJson } from '@holdfast/contracts/canonical-json';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Space, Subspace } from '@holdfast/contracts/space';
import { applies } from './applicability.ts';
import { type Assignment, assembleTrial, contextOf } from './assemble-trial.ts';
import { subspaceDimensions } from './dimensions.ts';
import { gridValues } from './grid-values.ts';

/**
 * The distinct grid points of a space with its defaults filled in, one at a time: the spaces of a union one after the
 * other, each in nested loops over its dimensions in canonical order, the last one varying fastest. A point that an
 * earlier space of the union had is left out.
 * @throws RangeError for a range without `points`.
 */
export function* expandGrid(space: Space): Generator<Hyperparameters, void, undefined> {
  if (!Array.isArray(space)) {
    yield* expandSubspace(space);
    return;
  }
  const seen = new Set<string>();
  for (const subspace of space) {
    for (const trial of expandSubspace(subspace)) {
      const key = canonicalJson(trial);
      if (seen.has(key)) continue;
      seen.add(key);
      yield trial;
    }
  }
}

function* expandSubspace(subspace: Subspace): Generator<Hyperparameters, void, undefined> {
  const dimensions = subspaceDimensions(subspace).map((dimension) => ({
    name: dimension.name,
    values: gridValues(dimension),
  }));
  const assignment: Assignment = {};

  function* nest(depth: number): Generator<Hyperparameters, void, undefined> {
    const dimension = dimensions[depth];
    if (!dimension) {
      yield assembleTrial(assignment);
      return;
    }
    // What the others depend on comes before them in the canonical order, so the context is known here.
    if (!applies(dimension.name, contextOf(assignment))) {
      delete assignment[dimension.name];
      yield* nest(depth + 1);
      return;
    }
    for (const value of dimension.values) {
      assignment[dimension.name] = value;
      yield* nest(depth + 1);
    }
  }
  yield* nest(0);
}
