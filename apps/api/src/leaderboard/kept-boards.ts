import type { LeaderboardItem } from '@holdfast/contracts/leaderboard';
import type { Database } from '@holdfast/db/open-database';
import { findSearch } from '@holdfast/db/searches';
import { measureImportance } from '@holdfast/search/importance/measure-importance';
import { cvResultsCsv, leaderboardCsv } from '@holdfast/search/leaderboard/leaderboard-csv';
import { varied } from '@holdfast/search/varied-hyperparameters';
import { collectHardestRows } from '../hardest-rows/collect-hardest-rows.ts';
import { LeastRecentlyUsed } from '../least-recently-used.ts';
import { pageOf } from '../offset-cursor.ts';
import { heatMap } from '../plots/heat-map.ts';
import { trialPoints } from '../plots/trial-points.ts';
import { createTrainingLabels } from '../searches/training-labels.ts';
import { assessBoard, type BoardHead, type BoardMemory, rememberBoard } from './assess-board.ts';
import type { BoardName, BoardTasks, Standing, View } from './board-tasks.ts';
import { diagnoseBoard } from './diagnose-board.ts';
import { inTurns } from './in-turns.ts';
import { loadBoard, type RankedBoard } from './load-board.ts';
import { viewBoard } from './view-board.ts';

type AssessedBoard = RankedBoard & { head: BoardHead };

/** Trials of all boards that are kept; some 2 kB each. */
const keptTrials = 100_000;
/** Sortings and filterings of each of them. */
const keptViews = 4;
/** Bytes of all that was measured of trials' predictions. */
const keptMeasures = 512 * 1024 * 1024;

/** All that a service does with boards; kept between calls, so that a growing board costs what is new in it. */
export function createBoardTasks(database: Database): BoardTasks {
  const loadLabels = createTrainingLabels(database);
  const ranked = new LeastRecentlyUsed<RankedBoard>(keptTrials);
  const ranking = new Map<string, { revision: number; board: Promise<RankedBoard | null> }>();
  const assessed = new LeastRecentlyUsed<AssessedBoard>(keptTrials);
  const memories = new LeastRecentlyUsed<Promise<BoardMemory>>(keptMeasures);
  const seen = new WeakMap<AssessedBoard, LeastRecentlyUsed<LeaderboardItem[]>>();
  const assessing = new Map<string, Promise<unknown>>();
  const nameOf = ({ search, metric }: BoardName) => `${search} ${metric ?? ''}`;

  /** Of one revision the trials are read and ranked once, however many ask. */
  async function rank(board: BoardName): Promise<RankedBoard | null> {
    const record = await findSearch(database, board.search);
    if (record === null) return null;
    const name = nameOf(board);
    const known = ranked.get(name);
    if (known?.record.revision === record.revision) return { ...known, record };
    const running = ranking.get(name);
    if (running?.revision === record.revision) return running.board;
    const found = loadBoard(database, record, board.metric).then((found) => {
      const newest = ranked.get(name);
      if (found && !(newest && newest.record.revision > found.record.revision)) {
        ranked.set(name, found, found.items.length + 1);
      }
      return found;
    });
    const begun = { revision: record.revision, board: found };
    ranking.set(name, begun);
    try {
      return await found;
    } finally {
      if (ranking.get(name) === begun) ranking.delete(name);
    }
  }

  /** One after the other for each board: they share what is remembered of it. */
  async function assess(board: BoardName): Promise<AssessedBoard | null> {
    const name = nameOf(board);
    const before = assessing.get(name) ?? Promise.resolve();
    const run = before.then(async () => {
      const found = await rank(board);
      if (found === null) return null;
      const memory = await remember(name, found);
      const head = await assessBoard(database, found, memory);
      memories.set(name, Promise.resolve(memory), memory.bootstrap.bytes);
      const made = { ...found, head };
      assessed.set(name, made, made.items.length + 1);
      return made;
    });
    const settled = run.catch(() => {});
    assessing.set(name, settled);
    try {
      return await run;
    } finally {
      if (assessing.get(name) === settled) assessing.delete(name);
    }
  }

  function remember(name: string, board: RankedBoard): Promise<BoardMemory> {
    const known = memories.get(name);
    if (known) return known;
    const made = rememberBoard({ database, loadLabels }, board);
    memories.set(name, made);
    made.catch(() => memories.delete(name));
    return made;
  }

  /** A table that scrolls asks for one view again and again. */
  function viewOf(board: AssessedBoard, view: View): LeaderboardItem[] {
    const views = seen.get(board) ?? new LeastRecentlyUsed<LeaderboardItem[]>(keptViews);
    seen.set(board, views);
    const key = JSON.stringify(view);
    const before = views.get(key);
    if (before) return before;
    const items = viewBoard(board, view);
    views.set(key, items);
    return items;
  }

  const showRanked = async (board: BoardName) => ranked.get(nameOf(board)) ?? (await rank(board));
  const showAssessed = async (board: BoardName) => assessed.get(nameOf(board)) ?? (await assess(board));

  return {
    async rank(board) {
      const found = await rank(board);
      return found && standingOf(database, found);
    },
    async assess(board) {
      const found = await assess(board);
      return found && { ...(await standingOf(database, found)), head: found.head };
    },
    async writePage({ view, page, ...board }) {
      const found = await showAssessed(board);
      if (found === null) return null;
      const shown = pageOf(viewBoard(found, view), page);
      return { revision: found.record.revision, body: JSON.stringify({ ...found.head, ...shown }) };
    },
    async writeCsv({ view, columns, ...board }) {
      const found = await showAssessed(board);
      if (found === null) return null;
      const write = columns === 'cv_results' ? cvResultsCsv : leaderboardCsv;
      return { revision: found.record.revision, body: write(viewBoard(found, view)) };
    },
    async writeWindow({ view, offset, limit, ...board }) {
      const found = await showAssessed(board);
      if (found === null) return null;
      const { head, record, results, items } = found;
      const matching = viewOf(found, view);
      const shown = {
        ...head,
        total: items.length,
        matching: matching.length,
        offset,
        varied: varied(record.spec, results),
        items: matching.slice(offset, offset + limit),
      };
      return { revision: record.revision, body: JSON.stringify(shown) };
    },
    async pageTrials({ search, status, ...page }) {
      const found = await showRanked({ search });
      if (found === null) return null;
      return pageOf(
        found.results.filter((result) => status === undefined || result.status === status),
        page,
      );
    },
    async bestTrials({ search, count }) {
      const found = await showRanked({ search });
      if (found === null) return null;
      const paramsOf = new Map(found.results.map(({ trial, params }) => [trial, params]));
      return found.items
        .filter(({ rank }) => rank !== null)
        .slice(0, count)
        .map(({ trial }) => ({ trial, params: paramsOf.get(trial)! }));
    },
    async items({ trials, ...board }) {
      const found = await showRanked(board);
      return found?.items.filter(({ trial }) => trials.includes(trial)) ?? null;
    },
    async trialPoints({ where, limit, ...board }) {
      const found = await showRanked(board);
      return found && trialPoints(found, viewBoard(found, { sort: undefined, where }), limit);
    },
    async heatMap({ where, x, y, ...board }) {
      const found = await showRanked(board);
      return found && heatMap(found, viewBoard(found, { sort: undefined, where }), { x, y });
    },
    async importance(board) {
      const found = await showRanked(board);
      return found && inTurns(measureImportance(found));
    },
    async hardestRows(board) {
      const found = await showRanked(board);
      return found && collectHardestRows({ database, loadLabels }, found);
    },
  };
}

async function standingOf(database: Database, board: RankedBoard): Promise<Standing> {
  const {
    record,
    metric,
    items: [first],
  } = board;
  if (metric !== record.spec.objective.metric) return { record, best: null, diagnosis: [] };
  const isBest = first?.rank === 1 && first.score.mean !== null;
  return {
    record,
    best: isBest ? { trial: first.trial, score: first.score.mean! } : null,
    diagnosis: await diagnoseBoard(database, board),
  };
}
