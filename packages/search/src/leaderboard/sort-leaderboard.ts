import { canonicalJson } from '@holdfast/contracts/canonical-json';
import type { PlacedMessage } from '@holdfast/contracts/json-pointer';
import type { LeaderboardItem } from '@holdfast/contracts/leaderboard';
import { columnNames, columnReader } from './board-columns.ts';
import type { TrialResult } from './trial-result.ts';

/**
 * The items by another column, for `?sort=`: a column's or hyperparameter's name, ascending, or with `-` before it
 * descending. Numbers by size, before all else by its JSON; missing values last either way; ties by trial number.
 */
export function sortLeaderboard(
  items: readonly LeaderboardItem[],
  sort: string,
  trials: readonly Pick<TrialResult, 'trial' | 'params'>[],
): { items: LeaderboardItem[] } | { errors: PlacedMessage[] } {
  const descending = sort.startsWith('-');
  const name = descending ? sort.slice(1) : sort;
  const read = columnReader(name, trials);
  if (!read) {
    const message = `There is no column ${JSON.stringify(name)} to sort by. Use a hyperparameter, or one of ${columnNames.join(', ')}, with - before it for descending order.`;
    return { errors: [{ pointer: '/sort', message }] };
  }
  const cells = items.map((item) => ({ item, value: read(item) ?? null }));
  cells.sort((a, b) => {
    if (a.value === null || b.value === null) {
      return Number(a.value === null) - Number(b.value === null) || a.item.trial - b.item.trial;
    }
    const order = compare(a.value, b.value);
    return (descending ? -order : order) || a.item.trial - b.item.trial;
  });
  return { items: cells.map(({ item }) => item) };
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'number' || typeof b === 'number') return typeof a === 'number' ? -1 : 1;
  // Networks by their layers, not by the digits of their text.
  if (Array.isArray(a) && Array.isArray(b)) {
    const index = a.findIndex((item, position) => item !== b[position]);
    return index < 0 ? a.length - b.length : index < b.length ? a[index]! - b[index]! : 1;
  }
  const [left, right] = [canonicalJson(a), canonicalJson(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
