import type { Task } from '@holdfast/contracts/metrics';

/** What the rows of a data set are in truth; see core's training sets. */
export interface RowLabels {
  task: Task;
  rows: number;
  /** Classes, sigmoid outputs, or regression outputs. */
  outputs: number;
  /** Class indices (rows); 0 or 1, or numbers (rows × outputs). */
  targets: ArrayLike<number>;
}

export interface HardRow {
  row: number;
  /** Mean prediction of each output. */
  means: Float64Array;
  /** Of regression: the least |error|, in standard deviations of its trial's errors. */
  deviations: number | null;
  /** How many models predicted it. */
  models: number;
}

/** An error of regression beyond so many standard deviations is wrong. */
const farOff = 3;

/**
 * Collects the rows that every model got wrong that had not seen them. A class is wrong where another has the highest
 * output; sigmoid outputs where one and the same is on the wrong side of 0.5 each time; a number where the errors are beyond
 * three standard deviations of the trial's errors each time, on one side.
 */
export class HardestRows {
  readonly #labels: RowLabels;
  readonly #models: Uint32Array;
  readonly #sums: Float64Array;
  /** Of each output (of classes: one for all), how often it was wrong. */
  readonly #wrong: Uint32Array;
  /** Of regression, signed: 0 once it was right or on another side. */
  readonly #least: Float64Array;

  constructor(labels: RowLabels) {
    const { rows, outputs, task } = labels;
    this.#labels = labels;
    this.#models = new Uint32Array(rows);
    this.#sums = new Float64Array(rows * outputs);
    this.#wrong = new Uint32Array(task === 'classification' ? rows : rows * outputs);
    this.#least = new Float64Array(task === 'regression' ? rows * outputs : 0);
  }

  /** All folds of a trial; predictions are rows × outputs in the order of `rows`. */
  add(folds: readonly { rows: Int32Array; predictions: Float32Array }[]): void {
    const { outputs, task } = this.#labels;
    const scales = task === 'regression' ? this.#errorScales(folds) : null;
    for (const { rows, predictions } of folds) {
      for (const [i, row] of rows.entries()) {
        const predicted = predictions.subarray(i * outputs, (i + 1) * outputs);
        for (let output = 0; output < outputs; output++)
          this.#sums[row * outputs + output]! += predicted[output]!;
        this.#judge(row, predicted, scales);
        this.#models[row]! += 1;
      }
    }
  }

  /** Those that the models are surest of first; ties by row. */
  find(): HardRow[] {
    const { rows, outputs, task } = this.#labels;
    const found: (HardRow & { sureness: number })[] = [];
    for (let row = 0; row < rows; row++) {
      const models = this.#models[row]!;
      if (models === 0 || !this.#isAlwaysWrong(row)) continue;
      const means = this.#sums.slice(row * outputs, (row + 1) * outputs).map((sum) => sum / models);
      const deviations = task === 'regression' ? this.#leastDeviations(row) : null;
      found.push({ row, means, deviations, models, sureness: deviations ?? this.#sureness(row, means) });
    }
    return found
      .sort((a, b) => b.sureness - a.sureness || a.row - b.row)
      .map(({ sureness: _, ...row }) => row);
  }

  /** Training rows that some model predicted. */
  get predicted(): number {
    return this.#models.reduce((sum, models) => sum + (models > 0 ? 1 : 0), 0);
  }

  #judge(row: number, predicted: Float32Array, scales: Float64Array | null): void {
    const { outputs, targets, task } = this.#labels;
    if (task === 'classification') {
      if (highest(predicted) !== targets[row]) this.#wrong[row]! += 1;
      return;
    }
    for (let output = 0; output < outputs; output++) {
      const i = row * outputs + output;
      if (scales === null) {
        if (predicted[output]! > 0.5 !== (targets[i] === 1)) this.#wrong[i]! += 1;
        continue;
      }
      const deviation = (predicted[output]! - targets[i]!) / scales[output]!;
      const before = this.#least[i]!;
      const isFirst = this.#models[row] === 0;
      if (!(Math.abs(deviation) > farOff) || (!isFirst && deviation > 0 !== before > 0)) {
        this.#least[i] = 0;
        continue;
      }
      this.#wrong[i]! += 1;
      if (isFirst || Math.abs(deviation) < Math.abs(before)) this.#least[i] = deviation;
    }
  }

  #isAlwaysWrong(row: number): boolean {
    const { outputs, task } = this.#labels;
    const models = this.#models[row]!;
    if (task === 'classification') return this.#wrong[row] === models;
    for (let i = row * outputs; i < (row + 1) * outputs; i++) {
      if (this.#wrong[i] === models && (task === 'binary' || this.#least[i] !== 0)) return true;
    }
    return false;
  }

  #leastDeviations(row: number): number {
    const { outputs } = this.#labels;
    const least = this.#least.subarray(row * outputs, (row + 1) * outputs);
    return least.reduce((most, deviation) => Math.max(most, Math.abs(deviation)), 0);
  }

  /** How much more probable than the truth they think something else. */
  #sureness(row: number, means: Float64Array): number {
    const { outputs, targets, task } = this.#labels;
    if (task === 'classification') return means[highest(means)]! - means[targets[row]!]!;
    let most = 0;
    for (let output = 0; output < outputs; output++) {
      const i = row * outputs + output;
      if (this.#wrong[i] === this.#models[row]) most = Math.max(most, Math.abs(means[output]! - targets[i]!));
    }
    return most;
  }

  /** The root of the mean squared error of each output; errors of a trial that has none are not far off. */
  #errorScales(folds: readonly { rows: Int32Array; predictions: Float32Array }[]): Float64Array {
    const { outputs, targets } = this.#labels;
    const squares = new Float64Array(outputs);
    let count = 0;
    for (const { rows, predictions } of folds) {
      for (const [i, row] of rows.entries()) {
        for (let output = 0; output < outputs; output++) {
          const error = predictions[i * outputs + output]! - targets[row * outputs + output]!;
          squares[output]! += error * error;
        }
      }
      count += rows.length;
    }
    return squares.map((sum) => Math.sqrt(sum / count));
  }
}

/** The lowest index wins a tie. */
export function highest(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
