import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { directionFor } from '@holdfast/contracts/any-spec';
import type { Leaderboard } from '@holdfast/contracts/leaderboard';
import type { Database } from '@holdfast/db/open-database';
import { measureImportance } from '@holdfast/search/importance/measure-importance';
import { digestInput } from '@holdfast/search/leaderboard/digest-input';
import { findHints } from '@holdfast/search/leaderboard/hints';
import { recommendTrial } from '@holdfast/search/leaderboard/recommend';
import { BoardBootstrap, type BoardUncertainty } from '@holdfast/search/statistics/board-bootstrap';
import { drawResamples } from '@holdfast/search/statistics/resamples';
import type { LoadTrainingLabels } from '../searches/training-labels.ts';
import { loadPredictionRows, measureTrials, type PredictionRows } from './board-predictions.ts';
import { type BoardContestant, chooseContestants } from './choose-contestants.ts';
import { inTurns } from './in-turns.ts';
import type { RankedBoard } from './load-board.ts';
import { type EarlierTrial, loadEarlierTrials } from './load-earlier-trials.ts';
import { mostContestants } from './most-contestants.ts';

/** A leaderboard without its items. */
export type BoardHead = Omit<Leaderboard, 'items' | 'nextCursor'>;

/** What is kept of a search and metric from one revision to the next. */
export interface BoardMemory {
  rows: PredictionRows;
  earlier: EarlierTrial[];
  bootstrap: BoardBootstrap;
}

/** What the assessment of a board begins with, once for each search and metric. */
export async function rememberBoard(
  deps: { database: Database; loadLabels: LoadTrainingLabels },
  { record, metric }: RankedBoard,
): Promise<BoardMemory> {
  const rows = await loadPredictionRows(deps, record);
  return {
    rows,
    earlier: await loadEarlierTrials(deps.database, record),
    bootstrap: new BoardBootstrap({
      units: rows.units,
      direction: directionFor(record.spec, metric),
      resamples: drawResamples(record.spec.seed, rows.units.count),
    }),
  };
}

/**
 * How sure a ranked board is: fills in what its items say of that, and gives all that stands above them. Reads the
 * predictions of trials that `memory` does not know yet.
 */
export async function assessBoard(
  database: Database,
  board: RankedBoard,
  memory: BoardMemory,
): Promise<BoardHead> {
  const { record, metric, items, results, baselines } = board;
  const { rows, bootstrap, earlier } = memory;
  const { spec, status } = record;
  const direction = directionFor(spec, metric);
  const contestants = chooseContestants(
    { search: record.id, items, metric, direction },
    earlier,
    mostContestants(rows, metric),
  );
  const measured = await addMissing(database, board, memory, contestants);
  const reason = record.trainer === 'external' ? whyNotResampled(contestants, measured) : null;
  const uncertainty = reason === null ? await inTurns(bootstrap.summarise(measured)) : null;
  fillItems(board, measured, uncertainty);

  // Hints come with the end of a search; until then nobody waits for a forest.
  const importance = status === 'completed' ? await inTurns(measureImportance(board)) : null;
  const first = items[0];
  const ranked = {
    status,
    metric,
    direction,
    items,
    baselines,
    uncertainty: uncertainty && describe(memory, measured),
    ...(reason !== null && { uncertaintyReason: reason }),
    corrected:
      uncertainty?.corrected == null || first?.rank !== 1
        ? null
        : { trial: first.trial, score: uncertainty.corrected, method: 'bbc' as const },
    recommended: recommendTrial(items, results),
    hints: findHints({ spec, status, items, trials: results, importance }),
  };
  const { items: _, ...head } = ranked;
  const digest = `sha256:${createHash('sha256').update(digestInput(ranked)).digest('hex')}`;
  return { search: record.id, ...head, digest, updatedAt: record.updatedAt.toISOString() };
}

/** Ranks among a part of the trials would be other ranks. */
function whyNotResampled(
  contestants: readonly BoardContestant[],
  measured: readonly BoardContestant[],
): string | null {
  const there = new Set(measured.map(({ key }) => key));
  const missing = contestants.filter(({ key }) => !there.has(key)).map(({ trial }) => trial);
  if (missing.length === 0) return null;
  const which =
    there.size === 0
      ? 'The results came without rowScores'
      : `Trial ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ' …' : ''} came without rowScores`;
  return `${which}: rankInterval, probabilityBest, tiedWithBest and corrected need the score of each row. Means, deviations and standard errors are those of the folds.`;
}

/** @returns the contestants that have predictions */
async function addMissing(
  database: Database,
  { metric, record, results }: RankedBoard,
  { rows, bootstrap, earlier }: BoardMemory,
  contestants: readonly BoardContestant[],
): Promise<BoardContestant[]> {
  bootstrap.keep(new Set(contestants.map(({ key }) => key)));
  const missing = new Set(contestants.filter(({ key }) => !bootstrap.has(key)).map(({ key }) => key));
  const bySearch = new Map([[record.id, [...results]]]);
  for (const { search, result } of earlier) {
    const others = bySearch.get(search) ?? [];
    bySearch.set(search, others);
    others.push(result);
  }
  for (const [search, all] of bySearch) {
    const keyOf = ({ trial }: { trial: number }) => `${search} ${trial}`;
    const wanted = all.filter((result) => missing.has(keyOf(result)));
    for await (const { trial, folds } of measureTrials(database, rows, metric, search, wanted)) {
      bootstrap.add(keyOf({ trial }), folds);
      await nextTurn();
    }
  }
  return contestants.filter(({ key }) => bootstrap.has(key));
}

function fillItems(
  { record, items }: RankedBoard,
  contestants: readonly BoardContestant[],
  uncertainty: BoardUncertainty | null,
): void {
  if (uncertainty === null) return;
  const keys = new Map(
    contestants.flatMap(({ search, trial, key }) => (search === record.id ? [[trial, key]] : [])),
  );
  for (const item of items) {
    const key = keys.get(item.trial);
    if (key === undefined) continue;
    item.rankInterval = uncertainty.rankInterval.get(key) ?? null;
    item.probabilityBest = uncertainty.probabilityBest.get(key) ?? null;
    item.tiedWithBest = item.rankInterval && item.rankInterval[0] === 1;
  }
}

function describe(
  { bootstrap }: BoardMemory,
  contestants: readonly BoardContestant[],
): NonNullable<Leaderboard['uncertainty']> {
  const earlierTrials = contestants.filter(({ standing }) => standing === 'earlier').length;
  return {
    method: 'bootstrap',
    resamples: bootstrap.resamples,
    unit: bootstrap.units.kind,
    units: bootstrap.units.count,
    trials: contestants.length - earlierTrials,
    earlierTrials,
  };
}
