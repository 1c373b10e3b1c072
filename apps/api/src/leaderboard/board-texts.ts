import { strongEtag } from '../etag.ts';
import { LeastRecentlyUsed } from '../least-recently-used.ts';
import { isOver } from '../searches/is-over.ts';
import { searchNotFound } from '../searches/search-params.ts';
import type { BoardName, Written } from './board-tasks.ts';
import type { Boards } from './boards.ts';

export interface BoardTexts {
  /**
   * What is shown of a board under that name, written once for each revision.
   * @throws ProblemError where there is no such search
   */
  show(
    board: BoardName,
    representation: string,
    write: () => Promise<Written | null>,
  ): Promise<{ etag: string; over: boolean; body: Buffer }>;
}

/** Bytes kept, by ETag: what a thousand clients poll is written out, and encoded, once. */
const keptText = 8 * 1024 * 1024;

export function createBoardTexts(boards: Boards): BoardTexts {
  const texts = new LeastRecentlyUsed<Buffer>(keptText);
  const writing = new Map<string, Promise<Written | null>>();

  /** Hundreds ask for a new board before it is written. */
  function once(etag: string, write: () => Promise<Written | null>): Promise<Written | null> {
    const written = writing.get(etag) ?? write().finally(() => writing.delete(etag));
    writing.set(etag, written);
    return written;
  }

  return {
    async show(board, representation, write) {
      const standing = await boards.assess(board);
      if (standing === null) throw searchNotFound(board.search);
      const { revision, status } = standing.record;
      const etag = strongEtag(revision, representation);
      const known = texts.get(etag);
      if (known !== undefined) return { etag, over: isOver(status), body: known };
      const written = await once(etag, write);
      if (written === null) throw searchNotFound(board.search);
      // The thread may have a newer one by now.
      const shown = written.revision === revision ? etag : strongEtag(written.revision, representation);
      const body = Buffer.from(written.body);
      texts.set(shown, body, body.length);
      return { etag: shown, over: isOver(status), body };
    },
  };
}
