import type { SearchWatch } from '../search-watch.ts';
import { isOver } from '../searches/is-over.ts';
import type { BoardName, Standing } from './board-tasks.ts';

interface Kept<Shown> {
  shown: Shown;
  finishedAt: number;
  /** What it took, in milliseconds. */
  cost: number;
}

interface Work<Shown> {
  /** That the search had when it was asked for, at least. */
  revision: number;
  result: Promise<Shown | null>;
  /** What begins when it is over. */
  next?: Work<Shown>;
}

/** Boards whose heads are kept: those asked for longest ago go first. */
const keptBoards = 1000;

/** What has fewer trials, or costs less, is not worth lagging for. */
const smallBoard = 100;
const cheapMs = 25;
/** While a search goes on, the thread ranks a board a tenth of the time at most, unless that means such a lag. */
const idleFactor = 10;
const longestLagMs = 10_000;
/** Those who poll ask once a second. */
const forgottenMs = 2000;
/** Beyond it whoever asks waits. */
const longestStaleMs = 30_000;

/**
 * Works a board out anew where its search has changed. One that is dear is shown as it was, with the revision that it is
 * of, while a newer one is worked out; the end of a search shows at once.
 */
export function keepFresh<Shown extends Standing>(
  read: SearchWatch['read'],
  work: (board: BoardName) => Promise<Shown | null>,
): (board: BoardName) => Promise<Shown | null> {
  const kept = new Map<string, Kept<Shown>>();
  const underWay = new Map<string, Work<Shown>>();

  function start(name: string, board: BoardName, revision: number): Promise<Shown | null> {
    const began = performance.now();
    const result = work(board)
      .then((shown) => {
        const newest = kept.get(name)?.shown;
        if (shown && !(newest && newest.record.revision > shown.record.revision)) {
          const finishedAt = performance.now();
          kept.delete(name);
          kept.set(name, { shown, finishedAt, cost: finishedAt - began });
          for (const oldest of kept.keys()) {
            if (kept.size <= keptBoards) break;
            kept.delete(oldest);
          }
        }
        return shown;
      })
      .finally(() => {
        if (underWay.get(name)?.result === result) underWay.delete(name);
      });
    underWay.set(name, { revision, result });
    return result;
  }

  /**
   * What is at least of this revision. Those who ask for a newer one than that under way share the one after it: a search
   * that changes faster than its board is worked out has two of them waiting, and not one for each change.
   */
  function refresh(name: string, board: BoardName, revision: number): Promise<Shown | null> {
    const running = underWay.get(name);
    if (!running) return start(name, board, revision);
    if (running.revision >= revision) return running.result;
    const { next } = running;
    if (next) {
      next.revision = Math.max(next.revision, revision);
      return next.result;
    }
    const begin = (): Promise<Shown | null> => start(name, board, begun.revision);
    const begun: Work<Shown> = { revision, result: running.result.then(begin, begin) };
    running.next = begun;
    return begun.result;
  }

  return async (board) => {
    const standing = await read(board.search);
    if (standing === null) return null;
    const name = `${board.search} ${board.metric ?? ''}`;
    const known = kept.get(name);
    if (!known) return refresh(name, board, standing.revision);
    if (known.shown.record.revision >= standing.revision) return known.shown;
    const age = performance.now() - known.finishedAt;
    const isCheap = known.shown.record.trials.total < smallBoard || known.cost < cheapMs;
    if (isOver(standing.status) || isCheap || age > longestStaleMs) {
      return refresh(name, board, standing.revision);
    }
    const lag = Math.min(longestLagMs, idleFactor * known.cost);
    if (age < lag || underWay.has(name)) return known.shown;
    const fresh = start(name, board, standing.revision);
    // Nobody has asked for a while: what is kept is older than those who poll ever see.
    if (age > 2 * lag + forgottenMs) return fresh;
    // Whoever asks next sees what it came to, or why it failed.
    fresh.catch(() => {});
    return known.shown;
  };
}
