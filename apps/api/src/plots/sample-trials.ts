import type { LeaderboardItem } from '@holdfast/contracts/leaderboard';

/**
 * Which trials a plot of at most about `limit` points shows, by number: all, where they are so few; else the best
 * tenth of the limit, those in `kept`, and of the others every so many-th by number. No chance is in it: the same
 * board gives the same points.
 * @param items in the order of the board
 */
export function sampleTrials(
  items: readonly LeaderboardItem[],
  { limit, kept }: { limit: number; kept: ReadonlySet<number> },
): LeaderboardItem[] {
  const byNumber = (chosen: readonly LeaderboardItem[]) => [...chosen].sort((a, b) => a.trial - b.trial);
  if (items.length <= limit) return byNumber(items);
  const best = Math.ceil(limit / 10);
  const chosen = items.filter((item, place) => place < best || kept.has(item.trial));
  const others = byNumber(items.filter((item, place) => place >= best && !kept.has(item.trial)));
  const places = Math.max(0, limit - chosen.length);
  for (let n = 0; n < places; n++) {
    const other = others[Math.floor((n * others.length) / places)];
    if (other) chosen.push(other);
  }
  return byNumber(chosen);
}
