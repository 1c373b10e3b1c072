import type { Metric } from '@holdfast/contracts/metrics';
import type { Database } from '@holdfast/db/open-database';
import { LeastRecentlyUsed } from '../least-recently-used.ts';
import type { SearchWatch, Standing } from '../search-watch.ts';
import { isOver } from '../searches/is-over.ts';
import { type Board, loadBoard } from './load-board.ts';

/**
 * Leaderboards, worked out once for each search, revision and metric, however many ask: a thousand clients that
 * poll cost one computation a revision.
 */
export interface Boards {
  /** As it stands at some moment after the call, a large one a little before; `null`: there is no such search. */
  read(search: string, metric?: Metric): Promise<Board | null>;
}

/** Trials of all boards that are kept; some 2 kB each. */
const keptTrials = 100_000;

interface KeptBoard {
  board: Board;
  rankedAt: number;
}

/** Below it a board costs less than is worth lagging for. */
const largeBoard = 1000;

/**
 * A large board is not ranked anew for each of a hundred results a second: while the search goes on, it may be up to
 * some seconds behind, with the revision that it is of. The end of a search shows at once.
 */
function mayLag({ board, rankedAt }: KeptBoard, standing: Standing): boolean {
  const trials = board.items.length;
  if (trials < largeBoard || isOver(standing.status)) return false;
  return performance.now() - rankedAt < Math.min(5000, trials / 5);
}

export function createBoards(database: Database, watch: SearchWatch): Boards {
  const boards = new LeastRecentlyUsed<KeptBoard>(keptTrials);
  const loading = new Map<string, Promise<Board | null>>();

  return {
    async read(search, metric) {
      const standing = await watch.read(search);
      if (standing === null) return null;
      const key = `${search} ${metric ?? ''}`;
      const known = boards.get(key);
      if (known && (known.board.record.revision === standing.revision || mayLag(known, standing))) {
        return known.board;
      }

      const version = `${key} ${standing.revision}`;
      const underWay = loading.get(version);
      if (underWay) return underWay;
      const load = loadBoard(database, search, metric)
        .then((board) => {
          const newest = boards.get(key)?.board;
          if (board && !(newest && newest.record.revision > board.record.revision)) {
            boards.set(key, { board, rankedAt: performance.now() }, board.items.length + 1);
          }
          return board;
        })
        .finally(() => loading.delete(version));
      loading.set(version, load);
      return load;
    },
  };
}
