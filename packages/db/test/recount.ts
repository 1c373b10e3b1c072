import { expect } from 'vitest';
import type { Database } from '../src/open-database.ts';

/** Expects of each search that its counters are what its trials, fold runs and results add up to. */
export async function expectCountersToHold(db: Pick<Database, 'pool'>): Promise<void> {
  const { rows } = await db.pool.query<{ id: string; kept: unknown; counted: unknown }>(`
    SELECT s.id,
      jsonb_build_object(
        'total', trials_total, 'waiting', trials_waiting, 'running', trials_running,
        'completed', trials_completed, 'pruned', trials_pruned, 'failed', trials_failed,
        'cancelled', trials_cancelled, 'folds', folds_total, 'foldsCompleted', folds_completed,
        'results', folds_completed, 'records', folds_completed,
        'over', status IN ('completed', 'failed', 'cancelled'), 'wrongOpenFolds', 0, 'strayRuns', 0
      ) AS kept,
      jsonb_build_object(
        'total', t.total, 'waiting', t.waiting, 'running', t.running,
        'completed', t.completed, 'pruned', t.pruned, 'failed', t.failed,
        'cancelled', t.cancelled, 'folds', f.total, 'foldsCompleted', f.completed,
        'results', (SELECT count(*) FROM fold_results r WHERE r.search_id = s.id),
        'records', (SELECT count(*) FROM fold_records r WHERE r.search_id = s.id),
        'over', t.waiting + t.running + trials_to_come = 0,
        'wrongOpenFolds', (
          SELECT count(*) FROM trials x WHERE x.search_id = s.id AND x.open_folds <> (
            SELECT count(*) FROM fold_runs y
            WHERE y.search_id = s.id AND y.trial = x.number AND y.state IN ('queued', 'running'))),
        'strayRuns', (
          SELECT count(*) FROM fold_runs y
          WHERE y.search_id = s.id AND (y.state = 'completed') <> EXISTS (
            SELECT FROM fold_results r WHERE r.search_id = y.search_id AND r.trial = y.trial
              AND r.repeat = y.repeat AND r.fold = y.fold AND r.attempt = y.attempt))
      ) AS counted
    FROM searches s
    CROSS JOIN LATERAL (
      SELECT count(*) AS total,
        count(*) FILTER (WHERE state = 'waiting') AS waiting,
        count(*) FILTER (WHERE state = 'running') AS running,
        count(*) FILTER (WHERE state = 'completed') AS completed,
        count(*) FILTER (WHERE state = 'pruned') AS pruned,
        count(*) FILTER (WHERE state = 'failed') AS failed,
        count(*) FILTER (WHERE state = 'cancelled') AS cancelled
      FROM trials WHERE search_id = s.id) t
    CROSS JOIN LATERAL (
      -- What a trial that was dropped would have trained is not to be done any more.
      SELECT count(*) FILTER (WHERE f.state <> 'cancelled' OR x.state = 'cancelled') AS total,
        count(*) FILTER (WHERE f.state = 'completed') AS completed
      FROM fold_runs f JOIN trials x ON x.search_id = f.search_id AND x.number = f.trial
      WHERE f.search_id = s.id) f`);
  for (const { id, kept, counted } of rows) expect(counted, id).toEqual(kept);
}
