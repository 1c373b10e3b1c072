import type { Search } from '@holdfast/contracts/search';
import { holdfastVersion } from '@holdfast/contracts/versions';
import { findBoardAnswers, keepBoardAnswer } from '@holdfast/db/board-answers';
import type { Database } from '@holdfast/db/open-database';
import type { SearchRecord } from '@holdfast/db/searches';
import type { Boards } from '../leaderboard/boards.ts';
import { LeastRecentlyUsed } from '../least-recently-used.ts';
import { isOver } from './is-over.ts';

const kept = 10_000;
const answer = { name: 'leads', version: holdfastVersion };
/** A board of fewer trials is ranked as fast as its answer is found. */
const smallBoard = 100;

export interface BestTrials {
  of(record: SearchRecord): Promise<Search['best']>;
  /** In their order. */
  ofAll(records: readonly SearchRecord[]): Promise<Search['best'][]>;
}

/**
 * The trial that leads a search, remembered for each revision, so that a list of searches needs no boards; of searches that
 * are over in the database too, so that a service that starts has not to rank them all again.
 */
export function createBestTrials(boards: Boards, database: Database): BestTrials {
  const known = new LeastRecentlyUsed<{ best: Search['best'] }>(kept);
  const versionOf = ({ id, revision }: SearchRecord) => `${id} ${revision}`;
  const lasts = ({ status, trials }: SearchRecord) => isOver(status) && trials.total >= smallBoard;

  async function of(record: SearchRecord): Promise<Search['best']> {
    if (record.trials.completed === 0) return null;
    const before = known.get(versionOf(record));
    if (before) return before.best;
    const standing = await boards.rank({ search: record.id });
    const best = standing?.best ?? null;
    known.set(versionOf(record), { best });
    if (lasts(record) && standing?.record.revision === record.revision) {
      const key = { ...answer, search: record.id, revision: record.revision };
      // Without it the next start has the work once more, and nothing else.
      await keepBoardAnswer(database, key, JSON.stringify(best)).catch(() => {});
    }
    return best;
  }

  return {
    of,
    async ofAll(records) {
      const missing = records.filter((record) => lasts(record) && !known.get(versionOf(record)));
      if (missing.length > 0) {
        const keys = missing.map(({ id, revision }) => ({ search: id, revision }));
        const found = await findBoardAnswers(database, keys, answer);
        for (const record of missing) {
          const body = found.get(record.id);
          if (body !== undefined) known.set(versionOf(record), { best: JSON.parse(body) as Search['best'] });
        }
      }
      const bests: Search['best'][] = [];
      for (const record of records) bests.push(await of(record));
      return bests;
    },
  };
}
