import {
  type Hyperparameters,
  hyperparametersSchema,
  type Optimizer,
} from '@holdfast/contracts/hyperparameters';
import { applies, type TrialContext } from './applicability.ts';
import type { DimensionName, NetworkValue } from './dimensions.ts';

/** A value for each dimension of a subspace; the dimensions that do not apply may be there or not. */
export type Assignment = Partial<Record<DimensionName, NetworkValue>>;

/** The names of all hyperparameters in the order in which a trial lists them. */
export const hyperparameterNames = Object.keys(hyperparametersSchema.shape) as (keyof Hyperparameters)[];

/** What an assignment says of the context; needs `optimizer`, and `hiddenLayers` or `layers`. */
export function contextOf(assignment: Assignment): TrialContext {
  const network = assignment.hiddenLayers as number[] | undefined;
  return {
    optimizer: assignment.optimizer as Optimizer,
    depth: network ? network.length : (assignment.layers as number),
    regularizeOutput: assignment.regularizeOutput === true,
  };
}

/**
 * The trial that an assignment stands for: `units` and `layers` become `hiddenLayers`, what does not apply leaves
 * or is 0, and the keys come in the contract's order, so that equal trials have equal JSON.
 */
export function assembleTrial(assignment: Assignment): Hyperparameters {
  const context = contextOf(assignment);
  const trial: Record<string, NetworkValue> = {};
  for (const name of hyperparameterNames) {
    if (name === 'hiddenLayers') {
      trial[name] =
        (assignment.hiddenLayers as number[] | undefined) ??
        Array<number>(context.depth).fill(assignment.units as number);
    } else if (applies(name, context)) {
      const value = assignment[name];
      if (value !== undefined) trial[name] = value;
    } else if (name === 'dropout' || name === 'l1' || name === 'l2') {
      trial[name] = 0;
    }
  }
  return trial as unknown as Hyperparameters;
}
