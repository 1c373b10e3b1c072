import type { Optimizer } from '@holdfast/contracts/hyperparameters';
import type { Range, Space, Subspace } from '@holdfast/contracts/space';
import { applies } from './applicability.ts';
import { choicesOf, type DimensionName } from './dimensions.ts';

const slowRange: Range = { min: 0.001, max: 0.1, scale: 'log', points: 10 };
const fastRange: Range = { min: 0.01, max: 1, scale: 'log', points: 10 };

/** Where the learning rate is searched when the space does not say: sgd and adagrad take larger ones. */
export function defaultLearningRate(optimizer: Optimizer): Range {
  return optimizer === 'sgd' || optimizer === 'adagrad' ? { ...fastRange } : { ...slowRange };
}

/** The one value of every hyperparameter that a space does not vary by itself. */
export const fixedDefaults = {
  activation: 'relu',
  optimizer: 'adam',
  decay: 0,
  momentum: 0,
  rho: 0.9,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-7,
  l1: 0,
  l2: 0,
  regularizeOutput: false,
  dropout: 0,
  scaler: 'minMax',
  initializer: 'heNormal',
  noise: 0,
  classWeights: 'none',
  batchSize: 32,
  epochs: 100,
} as const satisfies Subspace;

const defaultNetworks = [[32], [64], [128]];

/** The optimizers that a subspace may use. */
export function optimizersOf(subspace: Subspace): Optimizer[] {
  return choicesOf(subspace.optimizer ?? fixedDefaults.optimizer) as Optimizer[];
}

/**
 * A space with everything that it leaves out filled in, so that filling it again changes nothing. What is given stays
 * as it is, applicable or not; of the rest, only what some optimizer of the space uses is added. `finalLearningRate`
 * takes the place of `decay`, `units` and `layers` that of `hiddenLayers` (`layers` is then 1 by default). Where the
 * space leaves the learning rate out and mixes optimizers whose defaults differ, one space for each optimizer comes out.
 */
export function fillDefaults(space: Space | undefined): Space {
  if (Array.isArray(space)) return space.flatMap(fillSubspace);
  const filled = fillSubspace(space ?? {});
  return filled.length === 1 ? filled[0]! : filled;
}

function fillSubspace(subspace: Subspace): Subspace[] {
  const optimizers = optimizersOf(subspace);
  const fast = new Set(optimizers.map((optimizer) => defaultLearningRate(optimizer).max));
  if (subspace.learningRate !== undefined || fast.size === 1) return [fillOne(subspace)];
  return [...new Set(optimizers)].map((optimizer) => fillOne({ ...subspace, optimizer }));
}

function fillOne(subspace: Subspace): Subspace {
  const optimizers = optimizersOf(subspace);
  const filled: Subspace = { ...subspace };
  if (subspace.units === undefined && subspace.layers === undefined) {
    filled.hiddenLayers ??= defaultNetworks.map((network) => [...network]);
  } else {
    filled.layers ??= 1;
  }
  filled.learningRate ??= defaultLearningRate(optimizers[0]!);
  const missing = Object.entries(fixedDefaults).filter(([key]) => {
    const name = key as DimensionName;
    if (filled[name] !== undefined) return false;
    if (name === 'decay' && filled.finalLearningRate !== undefined) return false;
    return optimizers.some((optimizer) => applies(name, { optimizer, depth: 1, regularizeOutput: false }));
  });
  return Object.assign(filled, Object.fromEntries(missing));
}
