import { ProblemError } from './problem-error.ts';

/** Where the next page begins, as text that clients hand back unread. */
function toCursor(offset: number): string {
  return Buffer.from(`offset ${offset}`).toString('base64url');
}

/** @throws ProblemError for text that `toCursor` never made */
export function readCursor(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const digits = /^offset (\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'))?.[1];
  if (digits === undefined) {
    throw new ProblemError('invalid-request', 'The cursor is not one that this service gave.', {
      errors: [{ pointer: '/cursor', message: 'Send a nextCursor as it was answered, or none.' }],
    });
  }
  return Number(digits);
}

/** One page of a list that is in memory. */
export function pageOf<Item>(
  items: readonly Item[],
  { limit, cursor }: { limit: number; cursor: string | undefined },
): { items: Item[]; nextCursor: string | null } {
  const from = readCursor(cursor);
  const end = from + limit;
  return { items: items.slice(from, end), nextCursor: end < items.length ? toCursor(end) : null };
}
