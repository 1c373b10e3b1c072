import type { Metric } from '@holdfast/contracts/metrics';
import { NEVER_VALIDATED, OUTSIDE } from '@holdfast/core/splits/fold-rows';
import type { TrainingSet } from '@holdfast/core/training-set';
import { loadTrialPredictions } from '@holdfast/db/board-predictions';
import type { Database } from '@holdfast/db/open-database';
import { loadFoldAssignments, type SearchRecord } from '@holdfast/db/searches';
import type { TrialResult } from '@holdfast/db/trials';
import type { FoldMeasure } from '@holdfast/search/statistics/fold-measure';
import { assignUnits, type ResamplingUnits } from '@holdfast/search/statistics/resampling-units';
import type { LoadTrainingLabels } from '../searches/training-labels.ts';
import { measureFold } from './measure-fold.ts';

/** Where the out-of-fold predictions of a search belong: the same for all of its trials. */
export interface PredictionRows {
  data: TrainingSet;
  units: ResamplingUnits;
  /** By repeat and fold: the training rows that it validates, ascending. */
  validated: Int32Array[][];
}

/** Read at a time; what is read stands in memory until it has been measured. */
const batchBytes = 8 * 1024 * 1024;

export async function loadPredictionRows(
  { database, loadLabels }: { database: Database; loadLabels: LoadTrainingLabels },
  { id, datasetId, spec }: SearchRecord,
): Promise<PredictionRows> {
  const { data, groups } = await loadLabels({ id: datasetId });
  const assignments = await loadFoldAssignments(database, id);
  const validated = assignments.map(rowsByFold);
  const isValidated = new Uint8Array(data.rows);
  for (const rows of validated.flat()) for (const row of rows) isValidated[row] = 1;
  const units = assignUnits({
    validated: isValidated,
    groups: groups ?? null,
    ordered: spec.crossValidation.kind === 'blocked',
    searchSeed: spec.seed,
  });
  return { data, units, validated };
}

function rowsByFold(assignment: Uint16Array): Int32Array[] {
  const rows: number[][] = [];
  assignment.forEach((fold, row) => {
    if (fold === NEVER_VALIDATED || fold === OUTSIDE) return;
    rows[fold] ??= [];
    rows[fold].push(row);
  });
  return Array.from(rows, (of) => Int32Array.from(of ?? []));
}

/**
 * The folds of some trials of one search as a metric sees them, trial by trial. A trial with a fold that diverged, or
 * without any, is left out.
 */
export async function* measureTrials(
  database: Database,
  { data, validated }: PredictionRows,
  metric: Metric,
  search: string,
  results: readonly TrialResult[],
): AsyncGenerator<{ trial: number; folds: FoldMeasure[] }> {
  const perFold = data.rows * data.outputs * Float32Array.BYTES_PER_ELEMENT;
  const batch = Math.max(1, Math.floor(batchBytes / (perFold * validated.length)));
  const scores = new Map(results.map((result) => [result.trial, result.folds]));
  for (let from = 0; from < results.length; from += batch) {
    const numbers = results.slice(from, from + batch).map(({ trial }) => trial);
    for (const { trial, folds } of await loadTrialPredictions(database, search, numbers)) {
      const measured = folds.flatMap(({ repeat, fold, predictions }): FoldMeasure[] => {
        const rows = validated[repeat]?.[fold];
        const stored = scores
          .get(trial)
          ?.find((run) => run.repeat === repeat && run.fold === fold)?.validation;
        if (!rows || !predictions || !stored) return [];
        return [{ repeat, fold, rows, measure: measureFold(metric, data, rows, predictions, stored) }];
      });
      if (measured.length === folds.length && measured.length > 0) yield { trial, folds: measured };
    }
  }
}
