import { holdfastVersion } from '@holdfast/contracts/versions';
import { findBoardAnswer, keepBoardAnswer } from '@holdfast/db/board-answers';
import type { Database } from '@holdfast/db/open-database';
import { findSearch, type SearchRecord } from '@holdfast/db/searches';
import { isOver } from '../searches/is-over.ts';

/** A board of fewer trials is worked out sooner than one notices. */
const largeBoard = 5000;

/**
 * Answers that outlive the service: of a search that is over nothing changes any more, and half a million fold results
 * take many seconds to read, rank and resample again after each start.
 */
export interface LastingAnswers {
  /** With the search that it is of; `null`: it has to be worked out. */
  find(search: string, name: string): Promise<{ record: SearchRecord; body: string } | null>;
  /** Of a search that is over and large; of another one nothing is kept. */
  keep(record: SearchRecord, name: string, body: string): Promise<void>;
}

export function createLastingAnswers(database: Database): LastingAnswers {
  const lasts = ({ status, trials }: SearchRecord) => isOver(status) && trials.total >= largeBoard;
  const keyOf = ({ id: search, revision }: SearchRecord, name: string) => ({
    search,
    name,
    revision,
    version: holdfastVersion,
  });
  return {
    async find(search, name) {
      const record = await findSearch(database, search);
      if (record === null || !lasts(record)) return null;
      const body = await findBoardAnswer(database, keyOf(record, name));
      return body === null ? null : { record, body };
    },
    async keep(record, name, body) {
      if (!lasts(record)) return;
      // Without it the next start has the work once more, and nothing else.
      await keepBoardAnswer(database, keyOf(record, name), body).catch(() => {});
    },
  };
}
