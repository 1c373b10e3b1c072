import type { FoldRunState, ModelState, SearchState } from '@holdfast/contracts/states';
import type { Database } from '@holdfast/db/open-database';

interface StateCounts {
  searches: Partial<Record<SearchState, number>>;
  foldRuns: Partial<Record<FoldRunState, number>>;
  models: Partial<Record<ModelState, number>>;
  /** Results of all searches that are there that came after their attempt had been given up. */
  lateResults: number;
}

/** How many searches, fold runs and models stand in each state, and how many results came late. */
export async function countStates({ pool }: Database): Promise<StateCounts> {
  const [searches, foldRuns, models, late] = await Promise.all([
    pool.query<{ state: SearchState; count: number }>(
      'SELECT status AS state, count(*)::float8 AS count FROM searches GROUP BY 1',
    ),
    pool.query<{ state: FoldRunState; count: number }>(
      'SELECT state, count(*)::float8 AS count FROM fold_runs GROUP BY 1',
    ),
    pool.query<{ state: ModelState; count: number }>(
      'SELECT state, count(*)::float8 AS count FROM models GROUP BY 1',
    ),
    pool.query<{ count: number }>('SELECT coalesce(sum(late_results), 0)::float8 AS count FROM searches'),
  ]);
  return {
    searches: Object.fromEntries(searches.rows.map(({ state, count }) => [state, count])),
    foldRuns: Object.fromEntries(foldRuns.rows.map(({ state, count }) => [state, count])),
    models: Object.fromEntries(models.rows.map(({ state, count }) => [state, count])),
    lateResults: late.rows[0]!.count,
  };
}
