import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eachItem } from './each-item.ts';

test('gives every item once and in order, whatever the pages are', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(fc.integer())), async (pages) => {
      const read = async (cursor: string | undefined) => {
        const place = Number(cursor ?? 0);
        const more = place + 1 < pages.length;
        return { items: pages[place] ?? [], nextCursor: more ? String(place + 1) : null };
      };
      const items: number[] = [];
      for await (const item of eachItem(read)) items.push(item);
      expect(items).toEqual(pages.flat());
    }),
  );
});

test('asks for no page that nobody needs', async () => {
  let asked = 0;
  const read = async () => {
    asked++;
    return { items: [1, 2], nextCursor: 'next' };
  };
  for await (const _ of eachItem(read)) break;
  expect(asked).toBe(1);
});
