import { canonicalJson } from '@holdfast/contracts/canonical-json';
import type { FreeSpace, FreeSubspace, FreeValue } from '@holdfast/contracts/free-space';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Range, Space, Subspace } from '@holdfast/contracts/space';
import { isIntegerField } from './field-limits.ts';

/** A name that a space may give: a hyperparameter, or `units` and `layers` in the place of `hiddenLayers`. */
export type DimensionName = keyof Subspace;
export type NetworkValue = NonNullable<Hyperparameters[keyof Hyperparameters]>;
export type Value = NetworkValue | FreeValue;

/** One of the things a dimension may be: a value, or a range to draw from or to lay points on. */
export type Alternative = { kind: 'value'; value: Value } | { kind: 'range'; range: Range; integer: boolean };

export interface Dimension<Name extends string = string> {
  name: Name;
  /** One alternative that is a value: the dimension is fixed. Never empty, no value twice. */
  alternatives: Alternative[];
  /** Of a space that says nothing of networks: it always applies, whatever it is called. */
  free?: true;
}

/** A space by any names, told from one of networks, which has no such field. */
export interface FreeSpaces {
  free: FreeSpace;
}

/** The spaces of a union, or the one space, as dimensions. */
export function spacesOf(space: Space | FreeSpaces): Dimension[][] {
  if ('free' in space) return listOf(space.free).map(freeDimensions);
  return listOf(space).map(subspaceDimensions);
}

function listOf<One>(space: One | One[]): One[] {
  return Array.isArray(space) ? space : [space];
}

/** In the order written. */
function freeDimensions(subspace: FreeSubspace): Dimension[] {
  return Object.entries(subspace).map(([name, given]) => ({
    name,
    alternatives: alternativesOf(Array.isArray(given) ? given : [given], () => false),
    free: true,
  }));
}

/**
 * The canonical order. It is part of every grid: trial numbers follow nested loops over it, the last name
 * varying fastest. What other hyperparameters depend on (depth, optimizer, regularizeOutput) comes first.
 */
export const dimensionOrder = [
  'hiddenLayers',
  'layers',
  'units',
  'activation',
  'optimizer',
  'regularizeOutput',
  'learningRate',
  'decay',
  'finalLearningRate',
  'momentum',
  'rho',
  'beta1',
  'beta2',
  'epsilon',
  'l1',
  'l2',
  'l1Weights',
  'l2Weights',
  'l1Biases',
  'l2Biases',
  'dropout',
  'scaler',
  'initializer',
  'noise',
  'augmentation',
  'classWeights',
  'batchSize',
  'epochs',
  'trainingShare',
] as const satisfies readonly DimensionName[];

/** A subspace as its dimensions, in the canonical order. Names that the subspace does not give are left out. */
export function subspaceDimensions(subspace: Subspace): Dimension<DimensionName>[] {
  return dimensionOrder.flatMap((name) => {
    const given = subspace[name];
    if (given === undefined) return [];
    return [{ name, alternatives: alternativesOf(choicesOf(given), () => isIntegerField(name)) }];
  });
}

/** A range as it stands in a space; `{ perLayer }` and scalers are objects too, but values. */
export function isRange(value: unknown): value is Range {
  return typeof value === 'object' && value !== null && 'min' in value && 'max' in value;
}

/** The items of a list of choices, or the one value given. A network is a list itself, and one item. */
export function choicesOf(given: NonNullable<Subspace[DimensionName]>): (NetworkValue | Range)[] {
  return (Array.isArray(given) ? given : [given]) as (NetworkValue | Range)[];
}

/** Whether a dimension can take more than one value. */
export function isVaried(dimension: Dimension): boolean {
  return dimension.alternatives.length > 1 || dimension.alternatives[0]!.kind === 'range';
}

function alternativesOf(choices: readonly (Value | Range)[], isWhole: () => boolean): Alternative[] {
  const seen = new Set<string>();
  return choices.flatMap((choice): Alternative[] => {
    if (isRange(choice)) {
      return [{ kind: 'range', range: choice, integer: choice.integer === true || isWhole() }];
    }
    // JSON can carry -0, which is 0 to whoever wrote it.
    const value = choice === 0 ? 0 : choice;
    const key = canonicalJson(value);
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ kind: 'value', value }];
  });
}
