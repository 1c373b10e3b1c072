import { canonicalJson } from '@holdfast/contracts/canonical-json';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Space } from '@holdfast/contracts/space';
import type { TrialParams } from '@holdfast/contracts/trial-params';
import { type Dimension, type FreeSpaces, spacesOf } from './dimensions.ts';
import { gridValues } from './grid-values.ts';
import { appliesBeside, shapeTrial, type Values } from './trial-shape.ts';

/**
 * The distinct grid points of a space with its defaults filled in, one at a time: the spaces of a union one after the
 * other, each in nested loops over its dimensions in canonical order, the last one varying fastest. A point that an
 * earlier space of the union had is left out.
 * @throws RangeError for a range without `points`.
 */
export function* expandGrid<Params extends TrialParams = Hyperparameters>(
  space: Space | FreeSpaces,
): Generator<Params, void, undefined> {
  const spaces = spacesOf(space);
  if (spaces.length === 1) {
    yield* expandSpace<Params>(spaces[0]!);
    return;
  }
  const seen = new Set<string>();
  for (const dimensions of spaces) {
    for (const trial of expandSpace<Params>(dimensions)) {
      const key = canonicalJson(trial);
      if (seen.has(key)) continue;
      seen.add(key);
      yield trial;
    }
  }
}

function* expandSpace<Params extends TrialParams>(
  dimensions: readonly Dimension[],
): Generator<Params, void, undefined> {
  const values: Values = {};
  const onGrid = dimensions.map((dimension) => ({ dimension, values: gridValues(dimension) }));

  function* nest(depth: number): Generator<Params, void, undefined> {
    const next = onGrid[depth];
    if (!next) {
      yield shapeTrial(dimensions, values) as Params;
      return;
    }
    const { name } = next.dimension;
    // What the others depend on comes before them in the canonical order, so the context is known here.
    if (!appliesBeside(next.dimension, values)) {
      delete values[name];
      yield* nest(depth + 1);
      return;
    }
    for (const value of next.values) {
      values[name] = value;
      yield* nest(depth + 1);
    }
  }
  yield* nest(0);
}
