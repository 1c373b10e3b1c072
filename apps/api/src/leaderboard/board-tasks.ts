import type { Importance } from '@holdfast/contracts/importance';
import type { LeaderboardItem } from '@holdfast/contracts/leaderboard';
import type { MetricName } from '@holdfast/contracts/metrics';
import type { HeatMap, TrialPoints } from '@holdfast/contracts/plots';
import type { Search } from '@holdfast/contracts/search';
import type { TrialState } from '@holdfast/contracts/states';
import type { TrialParams } from '@holdfast/contracts/trial-params';
import type { SearchRecord } from '@holdfast/db/searches';
import type { TrialResult } from '@holdfast/db/trials';
import type { CollectedRows } from '../hardest-rows/collect-hardest-rows.ts';
import type { BoardHead } from './assess-board.ts';

/** Which board: by the search's objective unless a metric is given. */
export interface BoardName {
  search: string;
  metric?: MetricName | undefined;
}

/** A board's search as it was when it was ranked. */
export interface Standing {
  record: SearchRecord;
  best: Search['best'];
  /** Of the search, by its objective; empty until it is over. */
  diagnosis: Search['diagnosis'];
}

export interface View {
  sort: string | undefined;
  where: readonly string[];
}

export interface Page {
  limit: number;
  cursor: string | undefined;
}

/** A board as text, and the revision that it is of. */
export interface Written {
  revision: number;
  body: string;
}

/**
 * What the thread of boards does when asked; `null`: there is no such search. `rank` and `assess` read the search anew,
 * all others show what was read last.
 */
export interface BoardTasks {
  rank(board: BoardName): Promise<Standing | null>;
  assess(board: BoardName): Promise<(Standing & { head: BoardHead }) | null>;
  /** @throws ProblemError naming the query parameter */
  writePage(board: BoardName & { view: View; page: Page }): Promise<Written | null>;
  writeCsv(board: BoardName & { view: View; columns: 'cv_results' | undefined }): Promise<Written | null>;
  /** As `boardWindowSchema`: the items from `offset` on. */
  writeWindow(board: BoardName & { view: View; offset: number; limit: number }): Promise<Written | null>;
  pageTrials(
    asked: { search: string; status: TrialState | undefined } & Page,
  ): Promise<{ items: TrialResult[]; nextCursor: string | null } | null>;
  /** The best so many, from rank 1 on. */
  bestTrials(asked: {
    search: string;
    count: number;
  }): Promise<{ trial: number; params: TrialParams }[] | null>;
  items(asked: BoardName & { trials: readonly number[] }): Promise<LeaderboardItem[] | null>;
  /** Of the trials that `where` lets through, at most about `limit`. */
  trialPoints(board: BoardName & { where: readonly string[]; limit: number }): Promise<TrialPoints | null>;
  /** @throws ProblemError naming an axis that the search does not vary */
  heatMap(board: BoardName & { where: readonly string[]; x: string; y: string }): Promise<HeatMap | null>;
  importance(board: BoardName): Promise<Importance | null>;
  hardestRows(board: BoardName): Promise<CollectedRows | null>;
}
