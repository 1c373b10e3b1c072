import type { LeaderboardItem } from '@holdfast/contracts/leaderboard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleTrials } from './sample-trials.ts';

/** A board of `count` trials whose order has nothing to do with their numbers. */
const boardOf = (count: number) =>
  Array.from({ length: count }, (_, place) => ({ trial: (place * 7919) % count }) as LeaderboardItem);

describe('sampleTrials', () => {
  it('shows all where they are few, by number', () => {
    const shown = sampleTrials(boardOf(20), { limit: 20, kept: new Set() });
    expect(shown.map(({ trial }) => trial)).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });

  it('keeps the best and the kept, never shows one twice, and reaches from the first to the last', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3000 }).filter((count) => count % 7919 !== 0),
        fc.integer({ min: 10, max: 200 }),
        fc.array(fc.nat(2999), { maxLength: 30 }),
        (count, limit, numbers) => {
          const board = boardOf(count);
          const kept = new Set(numbers.filter((number) => number < count));
          const shown = sampleTrials(board, { limit, kept }).map(({ trial }) => trial);
          expect(new Set(shown).size).toBe(shown.length);
          expect(shown).toEqual([...shown].sort((a, b) => a - b));
          expect(shown.length).toBeLessThanOrEqual(Math.max(limit, kept.size + Math.ceil(limit / 10)));
          expect(shown.length).toBeGreaterThanOrEqual(Math.min(limit, count));
          for (const trial of kept) expect(shown).toContain(trial);
          for (const { trial } of board.slice(0, Math.ceil(limit / 10))) expect(shown).toContain(trial);
        },
      ),
    );
  });
});
