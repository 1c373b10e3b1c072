import type { Dataset } from '@holdfast/contracts/dataset';
import type { SearchSpecInput } from '@holdfast/contracts/search-spec';

/** What to try on data of which nothing is known: networks of some sizes, the rate and the penalties that matter most. */
export function sensibleSearch(
  dataset: Dataset,
  { trials, epochs, seed }: { trials: number; epochs: number; seed: number },
): SearchSpecInput {
  return {
    name: `try ${dataset.name}`.slice(0, 200),
    dataset: dataset.id,
    seed,
    space: {
      hiddenLayers: [[16], [32], [64], [64, 32]],
      optimizer: 'adam',
      learningRate: { min: 0.001, max: 0.1, scale: 'log' },
      l2: [0, { min: 1e-5, max: 1e-2, scale: 'log' }],
      dropout: [0, 0.1, 0.3],
      scaler: 'standard',
      epochs,
    },
    strategy: { kind: 'tpe', trials },
    earlyStopping: { patience: 20 },
  };
}
