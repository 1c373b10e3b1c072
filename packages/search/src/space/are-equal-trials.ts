import { canonicalJson } from '@holdfast/contracts/canonical-json';
import type { FreeParams } from '@holdfast/contracts/free-space';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { hyperparameterNames } from './assemble-trial.ts';

/** What trials differ in most often comes first. */
const names = [...new Set(['learningRate' as const, ...hyperparameterNames])];

/** Whether two trials have the same canonical JSON, without writing it. */
export function areEqualTrials(a: Hyperparameters, b: Hyperparameters): boolean {
  return names.every((name) => areEqualValues(a[name], b[name]));
}

/** The same of trials by whatever names. */
export function areEqualFreeTrials(a: FreeParams, b: FreeParams): boolean {
  const own = Object.keys(a);
  return own.length === Object.keys(b).length && own.every((name) => areEqualValues(a[name], b[name]));
}

function areEqualValues(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && canonicalJson(a) === canonicalJson(b));
}
