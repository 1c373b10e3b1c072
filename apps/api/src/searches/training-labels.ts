import type { Dataset } from '@holdfast/contracts/dataset';
import type { TrainingSet } from '@holdfast/core/training-set';
import { loadTrainingLabels } from '@holdfast/db/datasets';
import type { Database } from '@holdfast/db/open-database';
import { LeastRecentlyUsed } from '../least-recently-used.ts';

/** The training rows without their features: what decides into which fold they go, and what is true of them. */
export interface TrainingLabels {
  /** Has no columns. */
  data: TrainingSet;
  groups?: Int32Array;
  /** Distinct groups. */
  groupCount?: number;
}

export type LoadTrainingLabels = (dataset: Pick<Dataset, 'id'>) => Promise<TrainingLabels>;

/** Rows of all data sets whose labels are kept. */
const keptRows = 2_000_000;

/** Data sets never change, so that what was read once holds. */
export function createTrainingLabels(database: Database): LoadTrainingLabels {
  const known = new LeastRecentlyUsed<TrainingLabels>(keptRows);
  return async ({ id }) => {
    const before = known.get(id);
    if (before) return before;
    const { rows, outputs, task, targets, groups } = await loadTrainingLabels(database, id);
    const read: TrainingLabels = {
      // Which array belongs to which task is what the database checked when the rows came in.
      data: { rows, outputs, task, targets, columns: 0, features: new Float64Array(0) } as TrainingSet,
      ...(groups && { groups, groupCount: new Set(groups).size }),
    };
    known.set(id, read, rows);
    return read;
  };
}
