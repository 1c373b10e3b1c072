import type { FoldsOf, ResampledScore } from './fold-measure.ts';
import type { ResamplingUnits } from './resampling-units.ts';

/**
 * 1 − squared errors over squares around the mean of each fold's targets, both summed over all folds; of several outputs
 * the mean.
 */
export function scoreDetermination(
  folds: FoldsOf<'determination'>,
  { ofRow }: ResamplingUnits,
): ResampledScore {
  const { outputs } = folds[0]!.measure;
  const scores = Array.from({ length: outputs }, (_, output) => scoreOutput(folds, ofRow, output));
  return (weights) => scores.reduce((sum, score) => sum + score(weights), 0) / outputs;
}

function scoreOutput(folds: FoldsOf<'determination'>, ofRow: Int32Array, output: number): ResampledScore {
  const parts = folds.map(({ rows, measure }) => {
    const column = (values: Float64Array) =>
      Float64Array.from(rows, (_, i) => values[i * measure.outputs + output]!);
    return {
      units: Int32Array.from(rows, (row) => ofRow[row]!),
      squares: column(measure.squares),
      // Around the fold's mean already: what is left to take away is small, and so is its rounding.
      targets: centred(column(measure.targets)),
    };
  });
  return (weights) => {
    let residual = 0;
    let total = 0;
    for (const { units, squares, targets } of parts) {
      let weight = 0;
      let sum = 0;
      let sumOfSquares = 0;
      for (let i = 0; i < units.length; i++) {
        const times = weights[units[i]!]!;
        weight += times;
        residual += times * squares[i]!;
        sum += times * targets[i]!;
        sumOfSquares += times * targets[i]! * targets[i]!;
      }
      if (weight > 0) total += sumOfSquares - (sum * sum) / weight;
    }
    return total > 0 ? 1 - residual / total : Number.NaN;
  };
}

function centred(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}
