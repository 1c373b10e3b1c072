import type { Database } from './open-database.ts';
import { toStrictJson } from './strict-json.ts';

/** Then a key may be used anew. */
const keptHours = 24;
/** No request takes so long: the process that had it is gone. */
const takeOverSeconds = 60;

/** What was answered, to be answered again. */
export interface StoredAnswer {
  status: number;
  /** As it was sent. */
  body: string;
  headers: Record<string, string>;
}

export type Beginning =
  /** Ours to do. `attempt` above 1: another process began and is gone; what it made has the id `resourceId`. */
  | { state: 'new'; attempt: number; resourceId: string | null }
  | ({ state: 'done' } & StoredAnswer)
  | { state: 'in-progress' }
  /** The key was used with another route or body. */
  | { state: 'mismatch' };

interface StoredKey {
  route: string;
  body_hash: string;
  status: number | null;
  body: string;
  headers: Record<string, string>;
}

/**
 * Asks for the right to do a request of this key. Of any number that ask at once, one is told `new`.
 *
 * @param request.resourceId the id that the thing to be made shall have. Who takes over gets the first one's
 *   back: so that what the first made before it died is found, and not made twice.
 */
export async function begin(
  db: Database,
  request: { key: string; route: string; bodyHash: string; resourceId?: string },
): Promise<Beginning> {
  for (;;) {
    const { rows: begun } = await db.pool.query<{ attempt: number; resource_id: string | null }>(
      `INSERT INTO idempotency_keys AS k (key, route, body_hash, resource_id) VALUES ($1, $2, $3, $4)
       ON CONFLICT (key) DO UPDATE SET
         route = excluded.route,
         body_hash = excluded.body_hash,
         -- An expired key begins from nothing; one whose process died goes on.
         resource_id = CASE WHEN k.created_at < now() - $5 * interval '1 hour'
           THEN excluded.resource_id ELSE k.resource_id END,
         created_at = CASE WHEN k.created_at < now() - $5 * interval '1 hour' THEN now() ELSE k.created_at END,
         attempt = k.attempt + 1,
         locked_at = now(),
         status = NULL, headers = NULL, body = NULL
       WHERE k.created_at < now() - $5 * interval '1 hour'
         OR (k.status IS NULL AND k.locked_at < now() - $6 * interval '1 second'
           AND k.route = excluded.route AND k.body_hash = excluded.body_hash)
       RETURNING attempt, resource_id`,
      [request.key, request.route, request.bodyHash, request.resourceId ?? null, keptHours, takeOverSeconds],
    );
    if (begun[0]) return { state: 'new', attempt: begun[0].attempt, resourceId: begun[0].resource_id };

    const { rows } = await db.pool.query<StoredKey>(
      'SELECT route, body_hash, status, body, headers FROM idempotency_keys WHERE key = $1',
      [request.key],
    );
    const stored = rows[0];
    // Abandoned between the two statements: free again.
    if (!stored) continue;
    if (stored.route !== request.route || stored.body_hash !== request.bodyHash) return { state: 'mismatch' };
    if (stored.status === null) return { state: 'in-progress' };
    return { state: 'done', status: stored.status, body: stored.body, headers: stored.headers };
  }
}

/** Keeps the answer. @returns false where another has taken the request over */
export async function finish(
  db: Database,
  answer: { key: string; attempt: number } & StoredAnswer,
): Promise<boolean> {
  const { rowCount } = await db.pool.query(
    `UPDATE idempotency_keys SET status = $3, body = $4, headers = $5
     WHERE key = $1 AND attempt = $2 AND status IS NULL`,
    [answer.key, answer.attempt, answer.status, answer.body, toStrictJson(answer.headers, 'headers')],
  );
  await db.pool.query(
    `DELETE FROM idempotency_keys WHERE created_at < now() - $1 * interval '1 hour' AND key <> $2`,
    [keptHours, answer.key],
  );
  return rowCount === 1;
}

/** Frees the key: nothing was made, and the same request may be tried again at once. */
export async function abandon(
  db: Database,
  { key, attempt }: { key: string; attempt: number },
): Promise<void> {
  await db.pool.query('DELETE FROM idempotency_keys WHERE key = $1 AND attempt = $2 AND status IS NULL', [
    key,
    attempt,
  ]);
}
