import type { Database } from './open-database.ts';

/** Which answer about a search's board, and of which revision of the search and version of Holdfast. */
export interface BoardAnswerKey {
  search: string;
  name: string;
  revision: number;
  version: string;
}

/** `null` where there is none, or one of another revision or version. */
export async function findBoardAnswer(db: Database, key: BoardAnswerKey): Promise<string | null> {
  const { rows } = await db.pool.query<{ body: string }>(
    'SELECT body FROM board_answers WHERE search_id = $1 AND name = $2 AND revision = $3 AND version = $4',
    [key.search, key.name, key.revision, key.version],
  );
  return rows[0]?.body ?? null;
}

/** In the place of an earlier one; nothing where the search has gone. */
export async function keepBoardAnswer(db: Database, key: BoardAnswerKey, body: string): Promise<void> {
  await db.pool.query(
    `INSERT INTO board_answers (search_id, name, revision, version, body)
     SELECT id, $2, $3, $4, $5 FROM searches WHERE id = $1
     ON CONFLICT (search_id, name) DO UPDATE SET
       revision = excluded.revision, version = excluded.version, body = excluded.body`,
    [key.search, key.name, key.revision, key.version, body],
  );
}
