import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { SearchSpecInput } from '@holdfast/contracts/search-spec';

/** A function to minimise in the place of a training, over hyperparameters that stand for its arguments. */
export interface Surrogate {
  name: string;
  space: NonNullable<SearchSpecInput['space']>;
  /** Regret: the value less the lowest that there is. */
  regret: (params: Hyperparameters) => number;
}

const unit = { min: 0, max: 1 };
const fixed = { hiddenLayers: [[8]], optimizer: 'adam' as const, learningRate: 0.01, epochs: 1 };

/** Branin (Dixon and Szegö 1978): two arguments, three minima of 0.397887. */
const branin: Surrogate = {
  name: 'branin',
  space: { ...fixed, l1: unit, l2: unit },
  regret({ l1, l2 }) {
    const x = 15 * l1 - 5;
    const y = 15 * l2;
    const b = 5.1 / (4 * Math.PI * Math.PI);
    const inner = y - b * x * x + (5 / Math.PI) * x - 6;
    return inner * inner + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10 - 0.39788735772973816;
  },
};

const alpha = [1, 1.2, 3, 3.2];
const a = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
];
const p = [
  [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
  [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
  [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
  [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
];

/** Hartmann-6 (Hartman 1973): six arguments, lowest value −3.32237. */
const hartmann6: Surrogate = {
  name: 'hartmann6',
  space: {
    ...fixed,
    l1Weights: unit,
    l2Weights: unit,
    l1Biases: unit,
    l2Biases: unit,
    noise: unit,
    decay: unit,
  },
  regret({ l1Weights, l2Weights, l1Biases, l2Biases, noise, decay }) {
    const x = [l1Weights!, l2Weights!, l1Biases!, l2Biases!, noise, decay!];
    let sum = 0;
    for (let i = 0; i < 4; i++) {
      const inner = x.reduce((total, value, j) => total + a[i]![j]! * (value - p[i]![j]!) ** 2, 0);
      sum += alpha[i]! * Math.exp(-inner);
    }
    return 3.322368011391339 - sum;
  },
};

/** A union: of sgd, where momentum and rate go together, and of adam, whose rate must be low and whose penalty zero. */
const conditional: Surrogate = {
  name: 'conditional',
  space: [
    {
      hiddenLayers: [[8], [16], [32]],
      optimizer: 'sgd',
      learningRate: { min: 0.001, max: 1, scale: 'log' },
      momentum: [0, { min: 0.5, max: 0.99 }],
      epochs: 1,
    },
    {
      hiddenLayers: [[8], [16], [32]],
      optimizer: 'adam',
      learningRate: { min: 0.0001, max: 0.1, scale: 'log' },
      l2: [0, { min: 1e-6, max: 0.01, scale: 'log' }],
      epochs: 1,
    },
  ],
  regret({ optimizer, learningRate, momentum, l2, hiddenLayers }) {
    const size = { 8: 0.2, 16: 0, 32: 0.1 }[hiddenLayers[0] as 8 | 16 | 32];
    if (optimizer === 'sgd') {
      const effective = Math.log10(learningRate / (1 - momentum!));
      return 0.15 + size + 0.3 * (effective - 0.3) ** 2 + (momentum === 0 ? 0.2 : (momentum! - 0.9) ** 2);
    }
    return (
      size +
      0.3 * (Math.log10(learningRate) + 2.5) ** 2 +
      (l2 === 0 ? 0 : 0.1 + 0.05 * (Math.log10(l2) + 4) ** 2)
    );
  },
};

export const surrogates: readonly Surrogate[] = [branin, hartmann6, conditional];
