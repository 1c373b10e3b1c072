import { z } from 'zod';
import { leaderboardSchema } from './leaderboard.ts';

/**
 * A stretch of a leaderboard, from any place: what a table that scrolls asks for. The board's own pages can only be
 * taken one after the other.
 */
export const boardWindowSchema = leaderboardSchema.omit({ nextCursor: true }).extend({
  /** Trials on the board. */
  total: z.int(),
  /** Those of them that meet the conditions of `where`. */
  matching: z.int(),
  /** The place of the first item among those, from 0. */
  offset: z.int(),
  /** The hyperparameters that the space varies, in canonical order. */
  varied: z.array(z.string()),
});
export type BoardWindow = z.infer<typeof boardWindowSchema>;
