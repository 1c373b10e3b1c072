import type { Scored } from './score-classes.ts';

/**
 * Regression scores in the target's own units, means over rows and outputs. mse, mae; r2: 1 − Σ(ŷ − y)² /
 * Σ(y − ȳ)² of each output, then their mean; an output that is constant here leaves r2 undefined. `loss`, the
 * mean squared error in standardised units, is the caller's, who knows the training targets' deviation.
 * @param predictions rows × outputs, as `targets`
 */
export function scoreRegression(
  targets: Float64Array,
  predictions: Float64Array,
  outputs: number,
  loss: number,
): Scored {
  const rows = targets.length / outputs;
  const reasons: string[] = [];
  let squares = 0;
  let absolute = 0;
  let determination: number | null = 0;
  for (let output = 0; output < outputs; output++) {
    let residual = 0;
    let sum = 0;
    for (let i = output; i < targets.length; i += outputs) {
      const difference = predictions[i]! - targets[i]!;
      residual += difference * difference;
      absolute += Math.abs(difference);
      sum += targets[i]!;
    }
    const mean = sum / rows;
    let total = 0;
    let constant = true;
    for (let i = output; i < targets.length; i += outputs) {
      const difference = targets[i]! - mean;
      total += difference * difference;
      constant &&= targets[i] === targets[output];
    }
    squares += residual;
    if (constant || total === 0) {
      if (determination !== null) reasons.push(`r2: output ${output} is the same in all rows here`);
      determination = null;
    } else if (determination !== null) determination += 1 - residual / total;
  }
  return {
    scores: {
      mse: squares / targets.length,
      mae: absolute / targets.length,
      r2: determination === null ? null : determination / outputs,
      loss,
    },
    reasons,
  };
}
