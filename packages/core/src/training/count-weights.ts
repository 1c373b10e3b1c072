import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';

/** Parameters of the network, weights and biases: 2 → 64 → 3 has 387. */
export function countWeights(
  params: Pick<Hyperparameters, 'hiddenLayers'>,
  inputs: number,
  outputs: number,
): number {
  let count = 0;
  let before = inputs;
  for (const units of [...params.hiddenLayers, outputs]) {
    count += (before + 1) * units;
    before = units;
  }
  return count;
}
