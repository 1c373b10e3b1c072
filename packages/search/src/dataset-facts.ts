import type { Task } from '@holdfast/contracts/metrics';

/** What a plan needs to know of a data set; nothing of its test rows. */
export interface DatasetFacts {
  id: string;
  name?: string;
  task: Task;
  /** Training rows: those that cross-validation divides. */
  trainRows: number;
  /** Training rows of each class; of binary outputs, rows with a 1 of each; empty for regression. */
  rowsPerClass: Readonly<Record<string, number>>;
  /** Whether there is a group column. */
  group: boolean;
  /** Whether there is a time column. */
  time: boolean;
  /** Different groups among the training rows, where it is known. */
  groups?: number;
}
