import type { Metric } from '@holdfast/contracts/metrics';
import type { Database } from '@holdfast/db/open-database';
import { LeastRecentlyUsed } from '../least-recently-used.ts';
import type { SearchWatch } from '../search-watch.ts';
import { type Board, loadBoard } from './load-board.ts';

/**
 * Leaderboards, worked out once for each search, revision and metric, however many ask: a thousand clients that
 * poll cost one computation a revision.
 */
export interface Boards {
  /** As it stands at some moment after the call; `null`: there is no such search. */
  read(search: string, metric?: Metric): Promise<Board | null>;
}

/** Trials of all boards that are kept; some 2 kB each. */
const keptTrials = 100_000;

export function createBoards(database: Database, watch: SearchWatch): Boards {
  const boards = new LeastRecentlyUsed<Board>(keptTrials);
  const loading = new Map<string, Promise<Board | null>>();

  return {
    async read(search, metric) {
      const standing = await watch.read(search);
      if (standing === null) return null;
      const key = `${search} ${metric ?? ''}`;
      const known = boards.get(key);
      if (known?.record.revision === standing.revision) return known;

      const version = `${key} ${standing.revision}`;
      const underWay = loading.get(version);
      if (underWay) return underWay;
      const load = loadBoard(database, search, metric)
        .then((board) => {
          const newest = boards.get(key);
          if (board && !(newest && newest.record.revision > board.record.revision)) {
            boards.set(key, board, board.items.length + 1);
          }
          return board;
        })
        .finally(() => loading.delete(version));
      loading.set(version, load);
      return load;
    },
  };
}
