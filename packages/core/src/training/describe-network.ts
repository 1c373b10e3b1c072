import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Task } from '@holdfast/contracts/metrics';
import type { HeadActivation, LayerDescription } from '../layers/layer-description.ts';
import { type OptimizerDescription, optimizerDefaults } from '../optimizers/optimizer-description.ts';

const HEADS: Record<Task, HeadActivation> = {
  classification: 'softmax',
  binary: 'sigmoid',
  regression: 'linear',
};

function dropoutRates({ dropout, hiddenLayers }: Hyperparameters): number[] {
  if (typeof dropout === 'number') return hiddenLayers.map(() => dropout);
  if (dropout.perLayer.length !== hiddenLayers.length)
    throw new RangeError(
      `dropout.perLayer has ${dropout.perLayer.length} rates for ${hiddenLayers.length} hidden layers; give one for each`,
    );
  return dropout.perLayer;
}

/**
 * The layers that hyperparameters mean for a task.
 * @throws RangeError where `dropout.perLayer` is not as long as `hiddenLayers`
 */
export function describeLayers(
  params: Hyperparameters,
  inputs: number,
  outputs: number,
  task: Task,
): LayerDescription[] {
  const { hiddenLayers, l1, l2, regularizeOutput } = params;
  const penalties = {
    l1Weights: params.l1Weights ?? l1,
    l2Weights: params.l2Weights ?? l2,
    l1Biases: params.l1Biases ?? l1,
    l2Biases: params.l2Biases ?? l2,
  };
  const none = { l1Weights: 0, l2Weights: 0, l1Biases: 0, l2Biases: 0 };
  const rates = dropoutRates(params);
  const hidden = hiddenLayers.map(
    (units, index): LayerDescription => ({
      inputs: index === 0 ? inputs : hiddenLayers[index - 1]!,
      units,
      activation: 'relu',
      dropout: rates[index]!,
      ...penalties,
    }),
  );
  const head: LayerDescription = {
    inputs: hiddenLayers.at(-1) ?? inputs,
    units: outputs,
    activation: HEADS[task],
    dropout: 0,
    ...(regularizeOutput ? penalties : none),
  };
  return [...hidden, head];
}

/**
 * The optimizer that hyperparameters mean. `finalLearningRate` f becomes `decay = (1/f − 1) / steps`.
 * @param steps of the whole training, when no early stopping ends it
 */
export function describeOptimizer(params: Hyperparameters, steps: number): OptimizerDescription {
  const { finalLearningRate } = params;
  return {
    kind: params.optimizer,
    learningRate: params.learningRate,
    decay: finalLearningRate === undefined ? (params.decay ?? 0) : (1 / finalLearningRate - 1) / steps,
    momentum: params.momentum ?? optimizerDefaults.momentum,
    rho: params.rho ?? optimizerDefaults.rho,
    beta1: params.beta1 ?? optimizerDefaults.beta1,
    beta2: params.beta2 ?? optimizerDefaults.beta2,
    epsilon: params.epsilon ?? optimizerDefaults.epsilon,
  };
}
