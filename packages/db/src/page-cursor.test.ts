import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutPage, decodeCursor, encodeCursor, InvalidCursorError } from './page-cursor.ts';

const item = fc.record({
  createdAt: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31T00:00:00Z') }),
  id: fc.stringMatching(/^se_[0-9a-z]{20}$/),
});

test('a cursor leads back to its item', () => {
  fc.assert(
    fc.property(item, (given) => {
      expect(decodeCursor(encodeCursor(given))).toEqual(given);
    }),
  );
});

test('what no list of ours gave out is refused', () => {
  for (const cursor of [
    '',
    'x',
    'bm9uc2Vuc2U',
    encodeCursor({ createdAt: new Date(0), id: 'a' }).slice(1),
    'é',
  ]) {
    expect(() => decodeCursor(cursor), cursor).toThrow(InvalidCursorError);
  }
});

test('a page is cut where more was found than was asked for', () => {
  fc.assert(
    fc.property(fc.array(item, { maxLength: 6 }), fc.integer({ min: 1, max: 5 }), (all, limit) => {
      const { rows, nextCursor } = cutPage(all.slice(0, limit + 1), limit);
      expect(rows).toEqual(all.slice(0, limit));
      expect(nextCursor).toBe(all.length > limit ? encodeCursor(rows.at(-1)!) : null);
    }),
  );
});
