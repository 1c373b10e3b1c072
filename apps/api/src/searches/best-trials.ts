import type { Search } from '@holdfast/contracts/search';
import type { SearchRecord } from '@holdfast/db/searches';
import type { Boards } from '../leaderboard/boards.ts';
import type { Board } from '../leaderboard/load-board.ts';
import { LeastRecentlyUsed } from '../least-recently-used.ts';

const kept = 10_000;

/** The trial that leads a search, remembered for each revision, so that a list of searches needs no boards. */
export function createBestTrials(boards: Boards): (record: SearchRecord) => Promise<Search['best']> {
  const known = new LeastRecentlyUsed<{ best: Search['best'] }>(kept);
  return async (record) => {
    if (record.trials.completed === 0) return null;
    const version = `${record.id} ${record.revision}`;
    const before = known.get(version);
    if (before) return before.best;
    const board = await boards.read(record.id);
    const best = board === null ? null : bestOf(board);
    known.set(version, { best });
    return best;
  };
}

/** Of a board by the search's own objective. */
export function bestOf({ items: [first] }: Board): Search['best'] {
  if (first?.rank !== 1 || first.score.mean === null) return null;
  return { trial: first.trial, score: first.score.mean };
}
