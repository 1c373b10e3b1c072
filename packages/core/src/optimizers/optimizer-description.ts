import type { Optimizer } from '@holdfast/contracts/hyperparameters';
import { powInteger } from '@holdfast/numeric/pow';

/** An optimizer with every number filled in; those that do not apply to its kind are ignored. */
export interface OptimizerDescription {
  kind: Optimizer;
  learningRate: number;
  /** The rate at step t, from 0, is `learningRate / (1 + decay · t)`. */
  decay: number;
  momentum: number;
  rho: number;
  beta1: number;
  beta2: number;
  epsilon: number;
}

export const optimizerDefaults = {
  momentum: 0,
  rho: 0.9,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-7,
} as const;

/** The learning rate of a step, in float64; `step` is the number of updates before it. */
export function learningRateAt(
  optimizer: Pick<OptimizerDescription, 'learningRate' | 'decay'>,
  step: number,
): number {
  return optimizer.learningRate / (1 + optimizer.decay * step);
}

/**
 * The numbers of one update, worked out in float64 and then rounded to float32 once, the same for every engine.
 * Adam's bias corrections are folded in: `rate = η / (1 − β₁^(t+1))`, `secondScale = 1 / (1 − β₂^(t+1))`.
 */
export interface StepScalars {
  rate: number;
  secondScale: number;
  keepFirst: number;
  addFirst: number;
  keepSecond: number;
  addSecond: number;
  epsilon: number;
}

export function stepScalars(optimizer: OptimizerDescription, step: number, into: StepScalars): void {
  const { kind, momentum, rho, beta1, beta2 } = optimizer;
  let rate = learningRateAt(optimizer, step);
  let secondScale = 1;
  if (kind === 'adam') {
    rate /= 1 - powInteger(beta1, step + 1);
    secondScale = 1 / (1 - powInteger(beta2, step + 1));
  }
  const first = kind === 'adam' ? beta1 : momentum;
  const second = kind === 'adam' ? beta2 : rho;
  into.rate = Math.fround(rate);
  into.secondScale = Math.fround(secondScale);
  into.keepFirst = Math.fround(first);
  // The complement is taken in float64: 1 − 0.999 worked out in float32 is off by 1e-5 of itself.
  into.addFirst = Math.fround(1 - first);
  into.keepSecond = Math.fround(second);
  into.addSecond = Math.fround(1 - second);
  into.epsilon = Math.fround(optimizer.epsilon);
}

/** @throws RangeError naming the field. */
export function checkOptimizer(optimizer: OptimizerDescription): void {
  const { learningRate, decay, epsilon } = optimizer;
  if (!(learningRate > 0 && Number.isFinite(learningRate)))
    throw new RangeError(`optimizer: learningRate must be above 0, not ${learningRate}`);
  if (!(decay >= 0 && Number.isFinite(decay)))
    throw new RangeError(`optimizer: decay must be from 0 on, not ${decay}`);
  if (!(epsilon > 0 && Number.isFinite(epsilon)))
    throw new RangeError(`optimizer: epsilon must be above 0, not ${epsilon}`);
  for (const name of ['momentum', 'rho', 'beta1', 'beta2'] as const)
    if (!(optimizer[name] >= 0 && optimizer[name] < 1))
      throw new RangeError(`optimizer: ${name} must be in [0, 1), not ${optimizer[name]}`);
}
