import type { Subspace } from '@holdfast/contracts/space';

/** Where the values of a numeric hyperparameter may lie. */
export interface FieldLimits {
  integer?: true;
  min: number;
  /** `min` itself is not allowed. */
  minOpen?: true;
  max: number;
  /** `max` itself is not allowed. */
  maxOpen?: true;
}

const positive: FieldLimits = { min: 0, minOpen: true, max: Number.MAX_VALUE };
const penalty: FieldLimits = { min: 0, max: Number.MAX_VALUE };
const share: FieldLimits = { min: 0, max: 1, maxOpen: true };

/** The limits of every hyperparameter that takes numbers; the same as in the contract of a trial. */
export const fieldLimits: { readonly [Name in keyof Subspace]?: FieldLimits } = {
  units: { integer: true, min: 1, max: 65_536 },
  layers: { integer: true, min: 0, max: 32 },
  learningRate: positive,
  decay: penalty,
  finalLearningRate: { min: 0, minOpen: true, max: 1 },
  momentum: share,
  rho: share,
  beta1: share,
  beta2: share,
  epsilon: positive,
  l1: penalty,
  l2: penalty,
  l1Weights: penalty,
  l2Weights: penalty,
  l1Biases: penalty,
  l2Biases: penalty,
  dropout: share,
  noise: penalty,
  batchSize: { integer: true, min: 1, max: Number.MAX_SAFE_INTEGER },
  epochs: { integer: true, min: 1, max: 1_000_000 },
  trainingShare: { min: 0, minOpen: true, max: 1 },
};

/** Whether a hyperparameter takes whole numbers alone. */
export function isIntegerField(name: keyof Subspace): boolean {
  return fieldLimits[name]?.integer === true;
}

/** Whether a number lies where the field's values may lie. */
export function isWithinLimits(value: number, limits: FieldLimits): boolean {
  if (limits.integer && !Number.isInteger(value)) return false;
  if (limits.minOpen ? value <= limits.min : value < limits.min) return false;
  return limits.maxOpen ? value < limits.max : value <= limits.max;
}

/** The limits in words, to follow "must be". */
export function describeLimits(limits: FieldLimits): string {
  const kind = limits.integer ? 'a whole number ' : '';
  const low = limits.minOpen ? `above ${limits.min}` : `at least ${limits.min}`;
  if (limits.max >= Number.MAX_SAFE_INTEGER) return kind + low;
  return `${kind}${low} and ${limits.maxOpen ? 'below' : 'at most'} ${limits.max}`;
}
