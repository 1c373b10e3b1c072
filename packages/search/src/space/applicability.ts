import type { Optimizer } from '@holdfast/contracts/hyperparameters';
import type { DimensionName } from './dimensions.ts';

/** What decides which of the other hyperparameters have a meaning in a trial. */
export interface TrialContext {
  optimizer: Optimizer;
  /** Number of hidden layers. */
  depth: number;
  regularizeOutput: boolean;
}

/**
 * Whether a hyperparameter has an effect in such a trial. Those that have none leave `params` and make no grid
 * points: momentum is sgd's, rho rmsprop's, beta1 and beta2 adam's, epsilon everyone's but sgd's. Without hidden
 * layers there are no units to switch off and, unless `regularizeOutput`, no weights to penalise: `dropout`, `l1`
 * and `l2`, which a trial always has, are then 0.
 */
export function applies(name: DimensionName | (string & {}), context: TrialContext): boolean {
  switch (name) {
    case 'momentum':
      return context.optimizer === 'sgd';
    case 'rho':
      return context.optimizer === 'rmsprop';
    case 'beta1':
    case 'beta2':
      return context.optimizer === 'adam';
    case 'epsilon':
      return context.optimizer !== 'sgd';
    case 'units':
    case 'dropout':
      return context.depth > 0;
    case 'l1':
    case 'l2':
    case 'l1Weights':
    case 'l2Weights':
    case 'l1Biases':
    case 'l2Biases':
      return context.depth > 0 || context.regularizeOutput;
    default:
      return true;
  }
}
