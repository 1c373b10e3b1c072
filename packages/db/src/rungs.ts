import type { Direction, MetricName } from '@holdfast/contracts/metrics';
import type { Rungs } from '@holdfast/contracts/rungs';
import type { TrialState } from '@holdfast/contracts/states';
import type { Database } from './open-database.ts';

/**
 * A rung of a trial once all of its folds have a score there. The last rung of each trial is its result; that of a
 * pruned trial stands among the earlier ones too, and is taken once.
 */
const reached = `
  WITH scored AS (
    SELECT trial, repeat, fold, rung, epochs, (validation ->> $2)::float8 AS score
    FROM rung_results WHERE search_id = $1
    UNION
    SELECT r.trial, r.repeat, r.fold, f.rung, r.epochs, (r.validation ->> $2)::float8
    FROM fold_results r JOIN fold_runs f USING (search_id, trial, repeat, fold)
    WHERE r.search_id = $1
  ), reached AS (
    SELECT trial, rung, max(epochs) AS epochs, avg(score) AS score
    FROM scored GROUP BY trial, rung
    HAVING count(score) = (SELECT count(*) FROM fold_runs f WHERE f.search_id = $1 AND f.trial = scored.trial)
  )`;

/** The rungs that trials of a search have reached, of at most `limit` trials: those that climbed highest. */
export async function loadRungs(
  db: Database,
  search: string,
  { metric, direction, limit }: { metric: MetricName; direction: Direction; limit: number },
): Promise<Pick<Rungs, 'levels' | 'total' | 'trials'>> {
  const better = direction === 'maximize' ? 'DESC' : 'ASC';
  const { rows: levels } = await db.pool.query<Rungs['levels'][number]>(
    `${reached}
     SELECT epochs, count(*)::int AS trials,
       (array_agg(score ORDER BY score ${better}, trial))[1] AS best,
       (array_agg(trial ORDER BY score ${better}, trial))[1] AS "bestTrial"
     FROM reached GROUP BY epochs ORDER BY epochs`,
    [search, metric],
  );
  const { rows } = await db.pool.query<Rungs['trials'][number] & { status: TrialState; total: number }>(
    `${reached}
     SELECT r.trial, t.state AS status, array_agg(r.epochs ORDER BY r.rung) AS epochs,
       array_agg(r.score ORDER BY r.rung) AS scores, (count(*) OVER ())::int AS total
     FROM reached r JOIN trials t ON t.search_id = $1 AND t.number = r.trial
     GROUP BY r.trial, t.state
     ORDER BY max(r.epochs) DESC, r.trial LIMIT $3`,
    [search, metric, limit],
  );
  return {
    levels,
    total: rows[0]?.total ?? 0,
    trials: rows
      .map(({ trial, status, epochs, scores }) => ({ trial, status, epochs, scores }))
      .sort((one, other) => one.trial - other.trial),
  };
}
