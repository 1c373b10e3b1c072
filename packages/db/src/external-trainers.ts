import type { FreeParams } from '@holdfast/contracts/free-space';
import type { FoldRunKey } from '@holdfast/contracts/jobs';
import type { SearchState } from '@holdfast/contracts/states';
import type { Database } from './open-database.ts';

/** A fold run that somebody else trains, until the lease ends. */
export type ExternalClaim = FoldRunKey & {
  attempt: number;
  params: FreeParams;
  /** Where this rung ends; `null`: with the training. */
  untilEpoch: number | null;
  rung: number;
  leaseUntil: Date;
};

export type AskOutcome =
  | ({ outcome: 'granted'; status: SearchState } & ExternalClaim)
  /** Nothing is ready, or the search is paused. */
  | { outcome: 'none'; status: SearchState }
  | { outcome: 'over'; status: SearchState }
  /** There is no such search, or our own workers train it. */
  | { outcome: 'absent' };

/**
 * The fold run that a trainer holds, its lease renewed, or the next that is ready, claimed for it. Asked again before the
 * result is in, it is the same.
 */
export async function askFoldRun(
  db: Database,
  { search, client, leaseSeconds }: { search: string; client: string; leaseSeconds: number },
): Promise<AskOutcome> {
  const { rows } = await db.pool.query<AskOutcome>('SELECT * FROM ask_fold_run($1, $2, $3)', [
    search,
    client,
    leaseSeconds,
  ]);
  return rows[0]!;
}

/** How a fold run stands for a trainer that comes back with a result. */
export interface HeldFoldRun {
  /** Who held it at that attempt; `null` where that was given up and is known no more. */
  client: string | null;
  /** The attempt holds it still. */
  current: boolean;
  /** The attempt's result was accepted. */
  accepted: boolean;
  rung: number;
  untilEpoch: number | null;
  startedAt: Date | null;
}

/** `null` where there is no such fold run of an external search. */
export async function findHeldFoldRun(
  db: Database,
  { search, trial, repeat, fold }: FoldRunKey & { search: string },
  attempt: number,
): Promise<HeldFoldRun | null> {
  const { rows } = await db.pool.query<HeldFoldRun>(
    `SELECT f.state = 'running' AND f.attempt = $5 AS current, f.rung::integer, f.until_epoch AS "untilEpoch",
       f.started_at AS "startedAt", told.worker IS NOT NULL AS accepted,
       coalesce(told.worker, CASE WHEN f.attempt = $5 THEN f.worker END) AS client
     FROM fold_runs f
     JOIN searches s ON s.id = f.search_id AND s.trainer = 'external'
     LEFT JOIN LATERAL (
       SELECT r.worker FROM fold_results r
       WHERE r.search_id = f.search_id AND r.trial = f.trial AND r.repeat = f.repeat AND r.fold = f.fold
         AND r.attempt = $5
       UNION ALL
       SELECT r.worker FROM rung_results r
       WHERE r.search_id = f.search_id AND r.trial = f.trial AND r.repeat = f.repeat AND r.fold = f.fold
         AND r.attempt = $5
       LIMIT 1
     ) told ON true
     WHERE f.search_id = $1 AND f.trial = $2 AND f.repeat = $3 AND f.fold = $4`,
    [search, trial, repeat, fold, attempt],
  );
  return rows[0] ?? null;
}
