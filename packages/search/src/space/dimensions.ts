import { canonicalJson } from '@holdfast/contracts/canonical-json';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Range, Subspace } from '@holdfast/contracts/space';
import { isIntegerField } from './field-limits.ts';

/** A name that a space may give: a hyperparameter, or `units` and `layers` in the place of `hiddenLayers`. */
export type DimensionName = keyof Subspace;
export type Value = NonNullable<Hyperparameters[keyof Hyperparameters]>;

/** One of the things a dimension may be: a value, or a range to draw from or to lay points on. */
export type Alternative = { kind: 'value'; value: Value } | { kind: 'range'; range: Range; integer: boolean };

export interface Dimension {
  name: DimensionName;
  /** One alternative that is a value: the dimension is fixed. Never empty, no value twice. */
  alternatives: Alternative[];
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
] as const satisfies readonly DimensionName[];

/** A subspace as its dimensions, in the canonical order. Names that the subspace does not give are left out. */
export function subspaceDimensions(subspace: Subspace): Dimension[] {
  return dimensionOrder.flatMap((name) => {
    const given = subspace[name];
    return given === undefined ? [] : [{ name, alternatives: alternativesOf(name, given) }];
  });
}

/** A range as it stands in a space; `{ perLayer }` and scalers are objects too, but values. */
export function isRange(value: unknown): value is Range {
  return typeof value === 'object' && value !== null && 'min' in value && 'max' in value;
}

/** The items of a list of choices, or the one value given. A network is a list itself, and one item. */
export function choicesOf(given: NonNullable<Subspace[DimensionName]>): (Value | Range)[] {
  return (Array.isArray(given) ? given : [given]) as (Value | Range)[];
}

/** Whether a dimension can take more than one value. */
export function isVaried(dimension: Dimension): boolean {
  return dimension.alternatives.length > 1 || dimension.alternatives[0]!.kind === 'range';
}

function alternativesOf(name: DimensionName, given: NonNullable<Subspace[DimensionName]>): Alternative[] {
  const seen = new Set<string>();
  return choicesOf(given).flatMap((choice): Alternative[] => {
    if (isRange(choice)) {
      return [{ kind: 'range', range: choice, integer: choice.integer === true || isIntegerField(name) }];
    }
    // JSON can carry -0, which is 0 to whoever wrote it.
    const value = choice === 0 ? 0 : choice;
    const key = canonicalJson(value);
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ kind: 'value', value }];
  });
}
