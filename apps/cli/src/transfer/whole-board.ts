import type { HoldfastClient } from '@holdfast/client/holdfast-client';
import type { Leaderboard, LeaderboardItem } from '@holdfast/contracts/leaderboard';

/**
 * All pages of a board as one.
 * @throws Error where the board changes meanwhile
 */
export async function wholeBoard(client: HoldfastClient, search: string): Promise<Leaderboard> {
  const first = await client.getLeaderboard(search, { limit: 1000 });
  const items: LeaderboardItem[] = [...first.items];
  for (let cursor = first.nextCursor; cursor !== null; ) {
    const page = await client.getLeaderboard(search, { limit: 1000, cursor });
    if (page.digest !== first.digest) throw new Error('The board changed while it was read. Try again.');
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return { ...first, items, nextCursor: null };
}
