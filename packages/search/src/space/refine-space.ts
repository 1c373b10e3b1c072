import { canonicalJson } from '@holdfast/contracts/canonical-json';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Range, Space, Subspace } from '@holdfast/contracts/space';
import { exp } from '@holdfast/numeric/exp';
import { log } from '@holdfast/numeric/log';
import { type Dimension, type DimensionName, subspaceDimensions, type Value } from './dimensions.ts';
import { type FieldLimits, fieldLimits } from './field-limits.ts';
import { locateTrial } from './locate-trial.ts';
import { roundDigits } from './range-values.ts';

/**
 * A union of spaces around trials, one for each: a range that a trial's value was drawn from becomes `factor` as wide,
 * on its scale, with the value in its middle, cut to what the hyperparameter can be; it may reach beyond the old range,
 * where the best lies on its edge. Choices become the trial's own. Equal spaces are one.
 * @param space with its defaults filled in
 * @param points of each range, for a grid
 */
export function refineSpace(
  space: Space,
  trials: readonly Hyperparameters[],
  { factor, points }: { factor: number; points: number },
): Space {
  const spaces = Array.isArray(space) ? space : [space];
  const refined = new Map<string, Subspace>();
  for (const params of trials) {
    const narrow = refineAround(spaces, params, factor, points);
    refined.set(canonicalJson(narrow), narrow);
  }
  const [first, ...others] = refined.values();
  return others.length === 0 ? first! : [first!, ...others];
}

function refineAround(
  spaces: readonly Subspace[],
  params: Hyperparameters,
  factor: number,
  points: number,
): Subspace {
  for (const subspace of spaces) {
    const dimensions = subspaceDimensions(subspace);
    const places = locateTrial(dimensions, params);
    if (places === null) continue;
    const narrow: Record<string, unknown> = {};
    for (const { name, alternatives } of dimensions) {
      const place = places.get(name);
      if (place === undefined) continue;
      const chosen = alternatives[place.choice]!;
      const value = valueIn(name, params);
      narrow[name] =
        chosen.kind === 'value'
          ? asChoice(name, chosen.value)
          : aroundValue(chosen.range, chosen.integer, value as number, factor, points, fieldLimits[name]);
    }
    // Without a hidden layer there is no width to say.
    if (narrow['layers'] !== undefined && narrow['units'] === undefined) {
      delete narrow['layers'];
      narrow['hiddenLayers'] = [[]];
    }
    return narrow as Subspace;
  }
  // One's own trial, from outside: nothing to vary.
  const { hiddenLayers, augmentation, ...others } = params;
  const listed = augmentation && { augmentation: [augmentation] };
  return { hiddenLayers: [hiddenLayers], ...listed, ...others } as Subspace;
}

function valueIn(name: DimensionName, params: Hyperparameters): Value {
  if (name === 'layers') return params.hiddenLayers.length;
  if (name === 'units') return params.hiddenLayers[0]!;
  return params[name as keyof Hyperparameters]!;
}

/** A network and an augmentation are lists themselves, and would be read as choices. */
function asChoice(name: Dimension['name'], value: Value): unknown {
  return name === 'hiddenLayers' || name === 'augmentation' ? [value] : value;
}

function aroundValue(
  range: Range,
  integer: boolean,
  value: number,
  factor: number,
  points: number,
  limits: FieldLimits | undefined,
): Range | number {
  const { scale } = range;
  let min: number;
  let max: number;
  if (scale === 'log') {
    const half = ((log(range.max) - log(range.min)) * factor) / 2;
    min = exp(log(value) - half);
    max = exp(log(value) + half);
  } else {
    const half = ((range.max - range.min) * factor) / 2;
    min = value - half;
    max = value + half;
  }
  min = integer ? Math.round(min) : roundDigits(min);
  max = integer ? Math.round(max) : roundDigits(max);
  if (limits) {
    // Where a limit itself is not allowed, the old end is as near to it as is known to be allowed.
    if (!(limits.minOpen && min > limits.min)) min = Math.max(min, limits.minOpen ? range.min : limits.min);
    if (!(limits.maxOpen && max < limits.max)) max = Math.min(max, limits.maxOpen ? range.max : limits.max);
  }
  if (scale === 'log' && integer) min = Math.max(min, 1);
  if (!(min < max)) return value;
  return { min, max, scale, points, ...(range.integer && { integer: true as const }) };
}
