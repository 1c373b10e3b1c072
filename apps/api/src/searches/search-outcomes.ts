import { holdfastVersion } from '@holdfast/contracts/versions';
import { findBoardAnswers, keepBoardAnswer } from '@holdfast/db/board-answers';
import type { Database } from '@holdfast/db/open-database';
import type { SearchRecord } from '@holdfast/db/searches';
import type { Boards } from '../leaderboard/boards.ts';
import { LeastRecentlyUsed } from '../least-recently-used.ts';
import type { Outcome } from './describe-search.ts';
import { isOver } from './is-over.ts';

const kept = 10_000;
const answer = { name: 'outcome', version: holdfastVersion };
/** A board of fewer trials is ranked as fast as its answer is found. */
const smallBoard = 100;

export interface SearchOutcomes {
  of(record: SearchRecord): Promise<Outcome | null>;
  /** In their order. */
  ofAll(records: readonly SearchRecord[]): Promise<(Outcome | null)[]>;
}

/**
 * The trial that leads a search and what is wrong with it, remembered for each revision, so that a list of searches needs no
 * boards; of searches that are over in the database too, so that a service that starts has not to rank them all again.
 */
export function createSearchOutcomes(boards: Boards, database: Database): SearchOutcomes {
  const known = new LeastRecentlyUsed<Outcome>(kept);
  const versionOf = ({ id, revision }: SearchRecord) => `${id} ${revision}`;
  const lasts = ({ status, trials }: SearchRecord) => isOver(status) && trials.total >= smallBoard;

  async function of(record: SearchRecord): Promise<Outcome | null> {
    if (record.trials.completed === 0) return null;
    const before = known.get(versionOf(record));
    if (before) return before;
    const standing = await boards.rank({ search: record.id });
    const outcome = { best: standing?.best ?? null, diagnosis: standing?.diagnosis ?? [] };
    known.set(versionOf(record), outcome);
    if (lasts(record) && standing?.record.revision === record.revision) {
      const key = { ...answer, search: record.id, revision: record.revision };
      // Without it the next start has the work once more, and nothing else.
      await keepBoardAnswer(database, key, JSON.stringify(outcome)).catch(() => {});
    }
    return outcome;
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
          if (body !== undefined) known.set(versionOf(record), JSON.parse(body) as Outcome);
        }
      }
      const outcomes: (Outcome | null)[] = [];
      for (const record of records) outcomes.push(await of(record));
      return outcomes;
    },
  };
}
