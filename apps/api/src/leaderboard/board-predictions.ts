import type { Metric, MetricName, NamedScores, Scores } from '@holdfast/contracts/metrics';
import { NEVER_VALIDATED, OUTSIDE } from '@holdfast/core/splits/fold-rows';
import { loadTrialPredictions } from '@holdfast/db/board-predictions';
import type { Database } from '@holdfast/db/open-database';
import {
  type ExternalSearchRecord,
  loadFoldAssignments,
  type OwnSearchRecord,
  type SearchRecord,
} from '@holdfast/db/searches';
import type { TrialResult } from '@holdfast/db/trials';
import type { FoldMeasure, Measure } from '@holdfast/search/statistics/fold-measure';
import { assignUnits, type ResamplingUnits } from '@holdfast/search/statistics/resampling-units';
import type { LoadTrainingLabels } from '../searches/training-labels.ts';
import { measureFold } from './measure-fold.ts';

/** Where the out-of-fold predictions of a search belong: the same for all of its trials. */
export interface PredictionRows {
  /** Of the data. */
  rows: number;
  /** Numbers that a fold run hands in for each row. */
  outputs: number;
  /** What those of a fold come to by a metric; `null` where they say nothing of it. */
  measure(
    metric: MetricName,
    rows: Int32Array,
    predictions: Float32Array,
    stored: NamedScores,
  ): Measure | null;
  units: ResamplingUnits;
  /** By repeat and fold: the training rows that it validates, ascending. */
  validated: Int32Array[][];
}

/** Read at a time; what is read stands in memory until it has been measured. */
const batchBytes = 8 * 1024 * 1024;

export async function loadPredictionRows(
  { database, loadLabels }: { database: Database; loadLabels: LoadTrainingLabels },
  record: SearchRecord,
): Promise<PredictionRows> {
  const { id, spec } = record;
  const { rows, outputs, measure, groups } =
    record.trainer === 'external'
      ? await describeRowScores(loadLabels, record)
      : await describePredictions(loadLabels, record);
  const assignments = await loadFoldAssignments(database, id);
  const validated = assignments.map(rowsByFold);
  const isValidated = new Uint8Array(rows);
  for (const row of validated.flat().flatMap((fold) => [...fold])) isValidated[row] = 1;
  const units = assignUnits({
    validated: isValidated,
    groups: groups ?? null,
    ordered: spec.crossValidation.kind === 'blocked',
    searchSeed: spec.seed,
  });
  return { rows, outputs, measure, units, validated };
}

type Description = Pick<PredictionRows, 'rows' | 'outputs' | 'measure'> & { groups?: Int32Array };

/** What is true of the rows is here: predictions can be scored by every metric. */
async function describePredictions(
  loadLabels: LoadTrainingLabels,
  { datasetId }: OwnSearchRecord,
): Promise<Description> {
  const { data, groups } = await loadLabels({ id: datasetId });
  return {
    rows: data.rows,
    outputs: data.outputs,
    measure: (metric, rows, predictions, stored) =>
      measureFold(metric as Metric, data, rows, predictions, stored as Scores),
    ...(groups && { groups }),
  };
}

/** A trainer of one's own hands in one number a row, of the objective's metric and no other. */
async function describeRowScores(
  loadLabels: LoadTrainingLabels,
  { datasetId, spec: { rows, objective } }: ExternalSearchRecord,
): Promise<Description> {
  const groups = datasetId === null ? undefined : (await loadLabels({ id: datasetId })).groups;
  return {
    ...(groups && { groups }),
    rows,
    outputs: 1,
    measure: (metric, _, scores) =>
      metric !== objective.metric
        ? null
        : {
            kind: objective.rowScores === 'mean' ? 'mean' : 'rootMean',
            values: Float64Array.from(scores),
          },
  };
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
  { rows: count, outputs, measure, validated }: PredictionRows,
  metric: MetricName,
  search: string,
  results: readonly TrialResult[],
): AsyncGenerator<{ trial: number; folds: FoldMeasure[] }> {
  const perFold = count * outputs * Float32Array.BYTES_PER_ELEMENT;
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
        const measured = measure(metric, rows, predictions, stored);
        return measured === null ? [] : [{ repeat, fold, rows, measure: measured }];
      });
      if (measured.length === folds.length && measured.length > 0) yield { trial, folds: measured };
    }
  }
}
