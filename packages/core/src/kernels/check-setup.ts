import { checkLayers, type LayerDescription, layerOffsets } from '../layers/layer-description.ts';
import { checkOptimizer } from '../optimizers/optimizer-description.ts';
import type { Targets, TrainingSetup } from './engine.ts';

/** @throws RangeError where the layers do not make a network of that many parameters */
export function checkNetwork(layers: readonly LayerDescription[], parameters: Float32Array): void {
  checkLayers(layers);
  const count = layerOffsets(layers).at(-1)!.end;
  if (parameters.length !== count)
    throw new RangeError(`The layers have ${count} parameters, but ${parameters.length} were given`);
}

/** Numbers in `targets` for each row. */
export function targetsPerRow(layers: readonly LayerDescription[]): number {
  const { activation, units } = layers.at(-1)!;
  return activation === 'softmax' ? 1 : units;
}

/** @throws RangeError where features and targets do not hold the same number of rows, which it returns */
export function checkRows(
  layers: readonly LayerDescription[],
  features: Float32Array,
  targets: Targets,
): number {
  const { inputs } = layers[0]!;
  const perRow = targetsPerRow(layers);
  const rows = targets.length / perRow;
  if (!Number.isInteger(rows)) throw new RangeError(`targets must hold ${perRow} for each row`);
  if (features.length !== rows * inputs)
    throw new RangeError(`features must hold ${rows} rows of ${inputs} numbers`);
  return rows;
}

/** @throws RangeError where the parts of a set-up do not fit together */
export function checkSetup(setup: TrainingSetup): void {
  const { layers, optimizer, parameters, rows, features, targets, lossWeights, batch } = setup;
  checkOptimizer(optimizer);
  checkNetwork(layers, parameters);
  const { inputs } = layers[0]!;
  const perRow = targetsPerRow(layers);
  if (features.length !== rows * inputs)
    throw new RangeError(`features must hold ${rows} rows of ${inputs} numbers`);
  if (targets.length !== rows * perRow)
    throw new RangeError(`targets must hold ${perRow} for each of ${rows} rows`);
  if (lossWeights !== null && lossWeights.length !== targets.length)
    throw new RangeError('lossWeights must be as many as the targets');
  if (!(Number.isInteger(batch) && batch >= 1 && batch <= rows))
    throw new RangeError(`batch must be from 1 to the ${rows} rows, not ${batch}`);
}
