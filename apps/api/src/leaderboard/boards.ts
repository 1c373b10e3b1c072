import type { TrialPoints } from '@holdfast/contracts/plots';
import type { SearchWatch } from '../search-watch.ts';
import type { BoardHead } from './assess-board.ts';
import type { BoardName, BoardTasks, Standing } from './board-tasks.ts';
import type { BoardThread } from './board-thread.ts';
import { keepFresh } from './keep-fresh.ts';
import type { LastingAnswers } from './lasting-answers.ts';

export type AssessedStanding = Standing & { head: BoardHead };

/**
 * Leaderboards, worked out on a thread of their own once for each search, revision and metric, however many ask: a
 * thousand clients that poll cost one computation a revision.
 */
export interface Boards extends Omit<BoardTasks, 'rank' | 'assess'> {
  /** As it stands at some moment after the call, a dear one a little before; `null`: there is no such search. */
  rank(board: BoardName): Promise<Standing | null>;
  /** The same, with all that is said above the items. */
  assess(board: BoardName): Promise<AssessedStanding | null>;
}

/** A page that is opened has what it shows first by then. */
const lookMs = 2000;

export function createBoards(thread: BoardThread, watch: SearchWatch, lasting: LastingAnswers): Boards {
  const nameOf = (kind: string, { metric }: BoardName, ...of: (string | number)[]) =>
    [kind, metric ?? '', ...of].join(' ');

  const rank = keepFresh(watch.read, async (board) => {
    const name = nameOf('best', board);
    const found = await lasting.find(board.search, name);
    if (found) return { record: found.record, ...(JSON.parse(found.body) as Omit<Standing, 'record'>) };
    const standing = await thread.run('rank', board);
    if (standing) {
      const { record, ...outcome } = standing;
      await lasting.keep(record, name, JSON.stringify(outcome));
    }
    return standing;
  });

  const assess = keepFresh(watch.read, async (board) => {
    const name = nameOf('head', board);
    const found = await lasting.find(board.search, name);
    if (found) {
      const known = JSON.parse(found.body) as Omit<AssessedStanding, 'record'>;
      // Somebody looks at it: what comes next is likely not to be kept. Their page comes first.
      setTimeout(() => void thread.run('assess', board).catch(() => {}), lookMs).unref();
      return { record: found.record, ...known };
    }
    const standing = await thread.run('assess', board);
    if (standing) {
      const { record, ...known } = standing;
      await lasting.keep(record, name, JSON.stringify(known));
    }
    return standing;
  });

  /** What a page shows first. */
  const writeWindow: Boards['writeWindow'] = async (asked) => {
    const { view, offset, limit } = asked;
    if (view.sort !== undefined || view.where.length > 0 || offset > 0)
      return thread.run('writeWindow', asked);
    const name = nameOf('window', asked, limit);
    const found = await lasting.find(asked.search, name);
    if (found) return { revision: found.record.revision, body: found.body };
    const written = await thread.run('writeWindow', asked);
    const standing = written && (await assess(asked));
    if (standing?.record.revision === written?.revision && standing && written) {
      await lasting.keep(standing.record, name, written.body);
    }
    return written;
  };

  const trialPoints: Boards['trialPoints'] = async (asked) => {
    const standing = await rank(asked);
    if (standing === null) return null;
    if (asked.where.length > 0) return thread.run('trialPoints', asked);
    const name = nameOf('points', asked, asked.limit);
    const found = await lasting.find(asked.search, name);
    if (found) return JSON.parse(found.body) as TrialPoints;
    const points = await thread.run('trialPoints', asked);
    if (points?.updatedAt === standing.record.updatedAt.toISOString()) {
      await lasting.keep(standing.record, name, JSON.stringify(points));
    }
    return points;
  };

  return {
    rank,
    assess,
    writePage: (asked) => thread.run('writePage', asked),
    writeCsv: (asked) => thread.run('writeCsv', asked),
    writeWindow,
    pageTrials: async (asked) => (await rank({ search: asked.search })) && thread.run('pageTrials', asked),
    bestTrials: async (asked) => (await rank({ search: asked.search })) && thread.run('bestTrials', asked),
    items: async (asked) => (await rank(asked)) && thread.run('items', asked),
    trialPoints,
    heatMap: async (asked) => (await rank(asked)) && thread.run('heatMap', asked),
    importance: async (board) => (await rank(board)) && thread.run('importance', board),
    hardestRows: async (board) => (await rank(board)) && thread.run('hardestRows', board),
  };
}
