/**
 * What a trial's predictions on the validation rows of one fold come to, ready to be scored again on a part of them. All
 * trials of one board have the same rows in the same fold.
 */
export interface FoldMeasure {
  repeat: number;
  fold: number;
  /** The training rows that it validated. */
  rows: Int32Array;
  measure: Measure;
}

export type Measure =
  /** A metric that is a mean over rows: accuracy, loss, mse, mae. One value for each row. */
  | { kind: 'mean'; values: Float64Array }
  /** The root of the mean over rows, as of a root mean square error: the mean is taken over all folds before the root. */
  | { kind: 'rootMean'; values: Float64Array }
  /**
   * balancedAccuracy and f1. `tables` tables of true by predicted class, `classes` each: one for a softmax, one for each
   * sigmoid output, with two classes. For each row and table in turn the class that is true and the one predicted.
   */
  | {
      kind: 'confusion';
      statistic: 'balancedAccuracy' | 'f1';
      tables: number;
      classes: number;
      truth: Uint16Array;
      predicted: Uint16Array;
      /** f1 of sigmoid outputs is that of class 1 alone. */
      positiveAlone: boolean;
    }
  /** auc: for each row and class (or output) in turn, its score and whether it is true. */
  | { kind: 'area'; classes: number; scores: Float32Array; positive: Uint8Array }
  /** r2: for each row and output in turn the squared error and the target. */
  | { kind: 'determination'; outputs: number; squares: Float64Array; targets: Float64Array };

/**
 * The score when unit u counts `weights[u]` times: once each gives the whole, a resample's counts what is in the bag, 0
 * and 1 what is out of it. NaN where nothing is left that a score could be made of.
 */
export type ResampledScore = (weights: Uint16Array) => number;

/** All folds of one kind, which they are for one metric and task. */
export type FoldsOf<Kind extends Measure['kind']> = (FoldMeasure & {
  measure: Extract<Measure, { kind: Kind }>;
})[];
