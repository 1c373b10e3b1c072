import type { SearchRecord } from '@holdfast/db/searches';
import type { Boards } from '../leaderboard/boards.ts';
import { LeastRecentlyUsed } from '../least-recently-used.ts';
import type { Outcome } from './describe-search.ts';

const kept = 10_000;

/** The trial that leads a search and what is wrong with it, remembered for each revision, so that a list needs no boards. */
export function createSearchOutcomes(boards: Boards): (record: SearchRecord) => Promise<Outcome | null> {
  const known = new LeastRecentlyUsed<Outcome>(kept);
  return async (record) => {
    if (record.trials.completed === 0) return null;
    const version = `${record.id} ${record.revision}`;
    const before = known.get(version);
    if (before) return before;
    const standing = await boards.rank({ search: record.id });
    const outcome = { best: standing?.best ?? null, diagnosis: standing?.diagnosis ?? [] };
    known.set(version, outcome);
    return outcome;
  };
}
