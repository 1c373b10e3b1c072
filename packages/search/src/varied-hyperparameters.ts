import { type AnyResolvedSpec, isExternal } from '@holdfast/contracts/any-spec';
import { canonicalJson } from '@holdfast/contracts/canonical-json';
import type { TrialParams } from '@holdfast/contracts/trial-params';
import { hyperparameterNames } from './space/assemble-trial.ts';
import { type Dimension, isVaried, spacesOf, type Value } from './space/dimensions.ts';
import { searchedSpace } from './space/searched-space.ts';

/** Stands for a range, which is varied already and so no fixed value that could differ. */
const anyOfARange: Value = [];

/** Whether these apply hangs on the optimizer, so that one without them says nothing. */
const ofOptimizers = new Set<string>(['momentum', 'rho', 'beta1', 'beta2', 'epsilon']);

/**
 * The names of the hyperparameters that a search varies, in the order in which a trial lists them: those with more than
 * one value in a space, and those that differ between the spaces of a union. For a list, those that differ between its
 * trials.
 */
export function varied(resolved: AnyResolvedSpec, trials: readonly { params: TrialParams }[]): string[] {
  const names =
    resolved.strategy.kind === 'list'
      ? differing(
          trials.map(({ params }) => new Map(Object.entries(params) as [string, Value][])),
          isExternal(resolved),
        )
      : variedInSpace(resolved);
  // Free names stand in the order in which they came first.
  if (isExternal(resolved)) return [...names];
  if (names.delete('units') || names.has('layers')) names.add('hiddenLayers');
  return hyperparameterNames.filter((name) => names.has(name));
}

function variedInSpace(spec: AnyResolvedSpec): Set<string> {
  const subspaces = spacesOf(searchedSpace(spec));
  const names = new Set(
    subspaces.flatMap((dimensions) => dimensions.filter(isVaried).map(({ name }) => name)),
  );
  for (const name of differing(subspaces.map(fixedValues), isExternal(spec))) names.add(name);
  return names;
}

function fixedValues(dimensions: readonly Dimension[]): Map<string, Value> {
  const values = new Map<string, Value>();
  for (const { name, alternatives } of dimensions) {
    const only = alternatives[0]!;
    values.set(name, only.kind === 'value' ? only.value : anyOfARange);
  }
  return values;
}

function differing(items: readonly Map<string, Value>[], isFree: boolean): Set<string> {
  const names = new Set(items.flatMap((item) => [...item.keys()]));
  return new Set(
    [...names].filter((name) => {
      const present = items.filter((item) => item.has(name));
      const keys = new Set(present.map((item) => canonicalJson(item.get(name)!)));
      return keys.size > 1 || (present.length < items.length && (isFree || !ofOptimizers.has(name)));
    }),
  );
}
