import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pageOf, readCursor } from './offset-cursor.ts';
import { ProblemError } from './problem-error.ts';

it('pages through every item once, in order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 50 }), fc.integer({ min: 1, max: 20 }), (items, limit) => {
      const seen: number[] = [];
      let cursor: string | null | undefined;
      do {
        const page = pageOf(items, { limit, cursor: cursor ?? undefined });
        expect(page.items.length).toBeLessThanOrEqual(limit);
        seen.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(seen).toEqual(items);
    }),
  );
});

it.each(['', '12', 'b2Zmc2V0', 'offset 3'])('refuses the cursor %j', (cursor) => {
  expect(() => readCursor(cursor)).toThrow(ProblemError);
});
