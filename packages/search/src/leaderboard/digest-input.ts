import { canonicalJson } from '@holdfast/contracts/canonical-json';
import type { Leaderboard } from '@holdfast/contracts/leaderboard';

/** What of a board does not depend on ids, clocks and paging. */
export type DigestedBoard = Pick<
  Leaderboard,
  | 'status'
  | 'metric'
  | 'direction'
  | 'items'
  | 'baselines'
  | 'uncertainty'
  | 'uncertaintyReason'
  | 'corrected'
  | 'recommended'
  | 'hints'
>;

/**
 * The text whose SHA-256 is the board's digest: canonical JSON (RFC 8785) of the whole board, all items in order of
 * rank, without `search`, `updatedAt`, `digest`, `nextCursor` and each item's `seconds`.
 */
export function digestInput(board: DigestedBoard): string {
  const { items, status, metric, direction, baselines, corrected, recommended, hints } = board;
  const { uncertainty, uncertaintyReason } = board;
  const timeless = items.map(({ seconds: _, ...item }) => item);
  return canonicalJson({
    status,
    metric,
    direction,
    items: timeless,
    baselines,
    uncertainty,
    ...(uncertaintyReason !== undefined && { uncertaintyReason }),
    corrected,
    recommended,
    hints,
  });
}
