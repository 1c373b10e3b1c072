import type { Leaderboard } from '@holdfast/contracts/leaderboard';

/** What must be the same bytes in every run of a search: all but `search`, `updatedAt` and each item's `seconds`. */
export function boardBytes({ search: _, updatedAt: __, items, ...board }: Leaderboard): string {
  return JSON.stringify({ ...board, items: items.map(({ seconds: _seconds, ...item }) => item) }, null, 1);
}

/** The first line in which two texts differ, as `line: this / that`; `null` where they are equal. */
export function firstDifference(expected: string, found: string): string | null {
  if (expected === found) return null;
  const [one, other] = [expected.split('\n'), found.split('\n')];
  const line = one.findIndex((text, place) => text !== other[place]);
  const place = line === -1 ? one.length : line;
  return `line ${place + 1}: expected ${one[place]?.trim() ?? 'the end'}, found ${other[place]?.trim() ?? 'the end'}`;
}
