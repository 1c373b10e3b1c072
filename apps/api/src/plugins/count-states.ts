import type { FoldRunState, ModelState, SearchState, TrialState } from '@holdfast/contracts/states';
import type { Database } from '@holdfast/db/open-database';

interface StateCounts {
  searches: Partial<Record<SearchState, number>>;
  trials: Record<TrialState, number>;
  foldRuns: Partial<Record<FoldRunState, number>>;
  models: Partial<Record<ModelState, number>>;
  /** Leases that ended before their result. */
  losses: number;
  /** Results that were dropped, since their attempt had been given up. */
  lateResults: number;
}

const trialSums = (['waiting', 'running', 'completed', 'pruned', 'failed', 'cancelled'] as const)
  .map((state) => `coalesce(sum(trials_${state}), 0)::float8 AS ${state}`)
  .join(', ');

/** How many searches, trials, fold runs and models stand in each state, and what went wrong on the way. */
export async function countStates({ pool }: Database): Promise<StateCounts> {
  const [searches, trials, foldRuns, models] = await Promise.all([
    pool.query<{ state: SearchState; count: number }>(
      'SELECT status AS state, count(*)::float8 AS count FROM searches GROUP BY 1',
    ),
    pool.query<Record<TrialState | 'late', number>>(
      `SELECT ${trialSums}, coalesce(sum(late_results), 0)::float8 AS late FROM searches`,
    ),
    pool.query<{ state: FoldRunState; count: number; losses: number }>(
      `SELECT state, count(*)::float8 AS count, coalesce(sum(infrastructure_losses), 0)::float8 AS losses
       FROM fold_runs GROUP BY 1`,
    ),
    pool.query<{ state: ModelState; count: number }>(
      'SELECT state, count(*)::float8 AS count FROM models GROUP BY 1',
    ),
  ]);
  const { late, ...byState } = trials.rows[0]!;
  return {
    searches: Object.fromEntries(searches.rows.map(({ state, count }) => [state, count])),
    trials: byState,
    foldRuns: Object.fromEntries(foldRuns.rows.map(({ state, count }) => [state, count])),
    losses: foldRuns.rows.reduce((sum, { losses }) => sum + losses, 0),
    lateResults: late,
    models: Object.fromEntries(models.rows.map(({ state, count }) => [state, count])),
  };
}
