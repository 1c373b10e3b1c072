import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { TrialParams } from '@holdfast/contracts/trial-params';
import { applies } from './applicability.ts';
import { type Assignment, assembleTrial, contextOf } from './assemble-trial.ts';
import type { Dimension, Value } from './dimensions.ts';

/** Values by the names of dimensions: of a network, or free ones. */
export type Values = Record<string, Value | undefined>;

/** Whether a dimension has a meaning beside the values that come before it in its space. */
export function appliesBeside({ name, free }: Dimension, values: Values): boolean {
  return free === true || applies(name, contextOf(values as Assignment));
}

/** Whether a dimension has a meaning in a trial. */
export function appliesIn({ name, free }: Dimension, params: TrialParams): boolean {
  return free === true || applies(name, contextOf(params as Assignment));
}

/** The trial that the values of a space's dimensions stand for; free ones stand as they are, in the order of the space. */
export function shapeTrial(dimensions: readonly Dimension[], values: Values): TrialParams {
  // A space without a dimension is a free one: that of networks has its defaults.
  if (dimensions.every(({ free }) => free === true)) return { ...values } as TrialParams;
  return assembleTrial(values as Assignment);
}

/** The value that a trial has in a dimension; `undefined` where it has none. */
export function valueInTrial({ name, free }: Dimension, params: TrialParams): Value | undefined {
  if (free !== true) {
    const { hiddenLayers } = params as Hyperparameters;
    if (name === 'layers') return hiddenLayers.length;
    if (name === 'units') return hiddenLayers[0];
  }
  return (params as Values)[name];
}
