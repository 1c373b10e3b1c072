import type { Timeline } from '@holdfast/contracts/plots';
import type { FoldRunState } from '@holdfast/contracts/states';
import type { Database } from './open-database.ts';

/**
 * The fold runs of a search that were begun last, at most `limit` of them, by start; `null` where there is no such
 * search. What is finished stands with the times of its accepted training.
 */
export async function loadTimeline(db: Database, search: string, limit: number): Promise<Timeline | null> {
  const { rows: counted } = await db.pool.query<{ total: number }>(
    `SELECT (SELECT count(*)::int FROM fold_runs f
             WHERE f.search_id = s.id AND f.worker IS NOT NULL AND f.started_at IS NOT NULL) AS total
     FROM searches s WHERE s.id = $1`,
    [search],
  );
  const [found] = counted;
  if (!found) return null;
  const { rows } = await db.pool.query<{
    trial: number;
    repeat: number;
    fold: number;
    state: FoldRunState;
    worker: string;
    startedAt: Date;
    finishedAt: Date | null;
  }>(
    `SELECT f.trial, f.repeat, f.fold, f.state, coalesce(r.worker, f.worker) AS worker,
       coalesce(r.started_at, f.started_at) AS "startedAt", coalesce(r.finished_at, f.finished_at) AS "finishedAt"
     FROM (
       SELECT * FROM fold_runs
       WHERE search_id = $1 AND worker IS NOT NULL AND started_at IS NOT NULL
       ORDER BY started_at DESC, trial DESC, repeat DESC, fold DESC LIMIT $2
     ) f
     LEFT JOIN fold_results r
       ON r.search_id = f.search_id AND r.trial = f.trial AND r.repeat = f.repeat AND r.fold = f.fold
     ORDER BY "startedAt", f.trial, f.repeat, f.fold`,
    [search, limit],
  );
  return {
    search,
    total: found.total,
    items: rows.map((row) => ({
      ...row,
      startedAt: row.startedAt.toISOString(),
      finishedAt: row.finishedAt?.toISOString() ?? null,
    })),
  };
}
