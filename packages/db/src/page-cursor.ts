/** Lists go newest first; a cursor names the last item that was given out. */
export interface PageCursor {
  createdAt: Date;
  id: string;
}

/** The cursor is not one that a list of ours gave out. */
export class InvalidCursorError extends Error {
  override readonly name = 'InvalidCursorError';
}

export function encodeCursor({ createdAt, id }: PageCursor): string {
  return Buffer.from(`${createdAt.toISOString()} ${id}`).toString('base64url');
}

/** @throws InvalidCursorError */
export function decodeCursor(cursor: string): PageCursor {
  const [time = '', id = ''] = Buffer.from(cursor, 'base64url').toString().split(' ');
  const createdAt = new Date(time);
  if (Number.isNaN(createdAt.getTime()) || encodeCursor({ createdAt, id }) !== cursor) {
    throw new InvalidCursorError(
      'The cursor is not one from this list: leave it out to begin with the newest.',
    );
  }
  return { createdAt, id };
}

/** What Prisma shall match to go on after the cursor. */
export function after(cursor: string | null | undefined) {
  if (cursor == null) return {};
  const { createdAt, id } = decodeCursor(cursor);
  return { OR: [{ createdAt: { lt: createdAt } }, { createdAt, id: { lt: id } }] };
}

/** `rows` was asked for with one more than `limit`: whether there is more shows in that one. */
export function cutPage<T extends PageCursor>(
  rows: T[],
  limit: number,
): { rows: T[]; nextCursor: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, nextCursor: rows.length > limit && last ? encodeCursor(last) : null };
}
