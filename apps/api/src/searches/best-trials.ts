import type { Search } from '@holdfast/contracts/search';
import type { SearchRecord } from '@holdfast/db/searches';
import type { Boards } from '../leaderboard/boards.ts';
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
    const standing = await boards.rank({ search: record.id });
    const best = standing?.best ?? null;
    known.set(version, { best });
    return best;
  };
}
