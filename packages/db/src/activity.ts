import type { Activity } from '@holdfast/contracts/activity';
import type { Database } from './open-database.ts';

const mostListed = 500;

/** Which fold runs are trained where, and how many wait. */
export async function loadActivity(db: Database): Promise<Pick<Activity, 'foldRuns' | 'running'>> {
  const [listed, waiting] = await Promise.all([
    db.pool.query<Omit<Activity['running'][number], 'startedAt'> & { startedAt: Date; total: number }>(
      `SELECT f.worker, f.search_id AS search, s.name AS "searchName", f.trial, f.repeat, f.fold,
         f.started_at AS "startedAt", f.total
       FROM (
         SELECT *, (count(*) OVER ())::int AS total FROM fold_runs
         WHERE state = 'running' ORDER BY started_at DESC LIMIT $1
       ) f JOIN searches s ON s.id = f.search_id
       ORDER BY f.worker, f.started_at, f.trial, f.repeat, f.fold`,
      [mostListed],
    ),
    // From the searches' counters: the fold runs themselves may be millions.
    db.pool.query<{ open: number }>(
      `SELECT coalesce(sum(folds_total - folds_completed), 0)::float8 AS open
       FROM searches WHERE status IN ('queued', 'running')`,
    ),
  ]);
  const running = listed.rows[0]?.total ?? 0;
  return {
    foldRuns: { running, waiting: Math.max(0, (waiting.rows[0]?.open ?? 0) - running) },
    running: listed.rows.map(({ total: _, startedAt, ...run }) => ({
      ...run,
      startedAt: startedAt.toISOString(),
    })),
  };
}
