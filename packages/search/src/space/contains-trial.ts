import { canonicalJson } from '@holdfast/contracts/canonical-json';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Subspace } from '@holdfast/contracts/space';
import { applies, type TrialContext } from './applicability.ts';
import { hyperparameterNames } from './assemble-trial.ts';
import {
  type Alternative,
  type Dimension,
  type DimensionName,
  subspaceDimensions,
  type Value,
} from './dimensions.ts';

/** Whether a trial is one that the subspace, its defaults filled in, could propose. */
export function containsTrial(subspace: Subspace, params: Hyperparameters): boolean {
  const dimensions = new Map(subspaceDimensions(subspace).map((dimension) => [dimension.name, dimension]));
  const context: TrialContext = {
    optimizer: params.optimizer,
    depth: params.hiddenLayers.length,
    regularizeOutput: params.regularizeOutput,
  };
  return hyperparameterNames.every((name) => {
    if (name === 'hiddenLayers') return containsNetwork(dimensions, params.hiddenLayers);
    const value = params[name];
    const dimension = dimensions.get(name);
    if (!applies(name, context)) return value === undefined || value === 0;
    if (!dimension || value === undefined) return !dimension && value === undefined;
    return containsValue(dimension, value);
  });
}

function containsNetwork(dimensions: Map<DimensionName, Dimension>, network: number[]): boolean {
  const networks = dimensions.get('hiddenLayers');
  if (networks) return containsValue(networks, network);
  const layers = dimensions.get('layers');
  const units = dimensions.get('units');
  if (!layers || !units || !containsValue(layers, network.length)) return false;
  const width = network[0];
  if (width === undefined) return true;
  return network.every((item) => item === width) && containsValue(units, width);
}

function containsValue(dimension: Dimension, value: Value): boolean {
  return dimension.alternatives.some((alternative) => matches(alternative, value));
}

function matches(alternative: Alternative, value: Value): boolean {
  if (alternative.kind === 'value') return canonicalJson(alternative.value) === canonicalJson(value);
  if (typeof value !== 'number') return false;
  const { range, integer } = alternative;
  return value >= range.min && value <= range.max && (!integer || Number.isInteger(value));
}
