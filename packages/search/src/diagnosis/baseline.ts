import type { Task } from '@holdfast/contracts/metrics';
import { log } from '@holdfast/numeric/log';
import { exactSum } from '../statistics/exact-sum.ts';

/** What a model reaches that knows how frequent each class is, and nothing of the features. */
export interface Baseline {
  /** Of the most frequent class; mean over sigmoid outputs; `null` for regression. */
  accuracy: number | null;
  /**
   * The entropy of the classes, at most ln C for C classes; mean over sigmoid outputs. Of regression 1: the variance of
   * targets that are standardised.
   */
  loss: number;
}

/** @param rowsPerClass of training rows; of sigmoid outputs, rows with a 1 of each; empty for regression */
export function baselineOf(facts: {
  task: Task;
  trainRows: number;
  rowsPerClass: Readonly<Record<string, number>>;
}): Baseline {
  const { task, trainRows, rowsPerClass } = facts;
  const shares = Object.values(rowsPerClass).map((rows) => rows / trainRows);
  if (task === 'regression' || shares.length === 0) return { accuracy: null, loss: 1 };
  if (task === 'classification') return { accuracy: Math.max(...shares), loss: entropy(shares) };
  return {
    accuracy: exactSum(shares.map((share) => Math.max(share, 1 - share))) / shares.length,
    loss: exactSum(shares.map((share) => entropy([share, 1 - share]))) / shares.length,
  };
}

function entropy(shares: readonly number[]): number {
  return -exactSum(shares.map((share) => (share === 0 ? 0 : share * log(share))));
}
