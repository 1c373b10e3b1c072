import { setImmediate as nextTurn } from 'node:timers/promises';
import { loadTrialPredictions } from '@holdfast/db/board-predictions';
import type { Database } from '@holdfast/db/open-database';
import { HardestRows, type HardRow } from '@holdfast/search/diagnosis/hardest-rows';
import { loadPredictionRows } from '../leaderboard/board-predictions.ts';
import type { RankedBoard } from '../leaderboard/load-board.ts';
import type { LoadTrainingLabels } from '../searches/training-labels.ts';

/** Good trials that are asked: more agree with them. */
const mostTrials = 10;
/** Rows that are told: who reads a thousand has found what is wrong. */
const mostRows = 1000;

export interface CollectedRows {
  trials: number[];
  predicted: number;
  hardest: number;
  rows: HardRow[];
}

/** What the best trials, within one standard error of each other, all got wrong out of fold. */
export async function collectHardestRows(
  deps: { database: Database; loadLabels: LoadTrainingLabels },
  { record, items }: RankedBoard,
): Promise<CollectedRows> {
  // Of somebody else's rows it is not known what is true.
  if (record.trainer === 'external') return { trials: [], predicted: 0, hardest: 0, rows: [] };
  const { data } = await deps.loadLabels({ id: record.datasetId });
  const { validated } = await loadPredictionRows(deps, record);
  const hardest = new HardestRows(data);
  const trials: number[] = [];
  const good = items.filter(({ rank, withinOneStandardError }) => rank === 1 || withinOneStandardError);
  for (const { trial } of good.slice(0, mostTrials)) {
    const [found] = await loadTrialPredictions(deps.database, record.id, [trial]);
    const folds = (found?.folds ?? []).flatMap(({ repeat, fold, predictions }) => {
      const rows = validated[repeat]?.[fold];
      return rows && predictions ? [{ rows, predictions }] : [];
    });
    if (folds.length === 0) continue;
    hardest.add(folds);
    trials.push(trial);
    await nextTurn();
  }
  const rows = hardest.find();
  return { trials, predicted: hardest.predicted, hardest: rows.length, rows: rows.slice(0, mostRows) };
}
