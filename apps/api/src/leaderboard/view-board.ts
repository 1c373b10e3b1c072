import type { LeaderboardItem } from '@holdfast/contracts/leaderboard';
import { filterLeaderboard } from '@holdfast/search/leaderboard/filter-leaderboard';
import { sortLeaderboard } from '@holdfast/search/leaderboard/sort-leaderboard';
import { ProblemError } from '../problem-error.ts';
import type { View } from './board-tasks.ts';
import type { RankedBoard } from './load-board.ts';

/**
 * The items that a client asked for, in its order.
 * @throws ProblemError naming the query parameter
 */
export function viewBoard(board: RankedBoard, { sort, where }: View): LeaderboardItem[] {
  let { items } = board;
  if (where.length > 0) {
    const filtered = filterLeaderboard(items, where, board.results);
    if ('errors' in filtered) throw invalidQuery('where', filtered.errors);
    items = filtered.items;
  }
  if (sort !== undefined) {
    const sorted = sortLeaderboard(items, sort, board.results);
    if ('errors' in sorted) throw invalidQuery('sort', sorted.errors);
    items = sorted.items;
  }
  return items;
}

function invalidQuery(name: string, errors: readonly { message: string }[]): ProblemError {
  return new ProblemError('invalid-request', `The query parameter ${name} is not valid.`, {
    errors: errors.map(({ message }) => ({ pointer: `/${name}`, message })),
  });
}
