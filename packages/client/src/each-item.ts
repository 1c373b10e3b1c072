/** A page of a list, newest first; `nextCursor` is `null` on the last one. */
interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** All items of a list, a page at a time: the next page is asked for when it is needed. */
export async function* eachItem<T>(
  readPage: (cursor: string | undefined) => Promise<Page<T>>,
): AsyncGenerator<T, void, undefined> {
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = await readPage(cursor);
    yield* items;
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
}
