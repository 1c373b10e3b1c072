import type { PostgresServer } from './postgres-server.ts';

/** Each query names what breaks an invariant; none may give a row. `$1`: the searches that clients were told of. */
const queries: Readonly<Record<string, string>> = {
  'lost: a search that was answered with 2xx does not exist': `
    SELECT id FROM unnest($1::text[]) AS told (id) WHERE NOT EXISTS (SELECT FROM searches s WHERE s.id = told.id)`,
  'double: a search that no client was told of': `
    SELECT id FROM searches WHERE NOT id = ANY ($1::text[])`,
  'lost: a search that has not ended': `
    SELECT id, status FROM searches WHERE status NOT IN ('completed', 'failed', 'cancelled') AND $1::text[] IS NOT NULL`,
  'a trial or fold run of a search that is over is open': `
    SELECT search_id, number, state::text FROM trials WHERE state IN ('waiting', 'running') AND $1::text[] IS NOT NULL
    UNION ALL SELECT search_id, trial, state::text FROM fold_runs WHERE state IN ('queued', 'running')`,
  'lost: a completed fold run without the result of its attempt': `
    SELECT f.search_id, f.trial, f.repeat, f.fold, f.attempt FROM fold_runs f
    WHERE f.state = 'completed' AND $1::text[] IS NOT NULL AND NOT EXISTS (
      SELECT FROM fold_results r WHERE r.search_id = f.search_id AND r.trial = f.trial AND r.repeat = f.repeat
        AND r.fold = f.fold AND r.attempt = f.attempt)`,
  'double: a fold run with several results, or a result of none': `
    SELECT r.search_id, r.trial, r.repeat, r.fold, count(*) FROM fold_results r
    LEFT JOIN fold_runs f ON f.search_id = r.search_id AND f.trial = r.trial AND f.repeat = r.repeat
      AND f.fold = r.fold AND f.state = 'completed' AND f.attempt = r.attempt
    WHERE $1::text[] IS NOT NULL
    GROUP BY 1, 2, 3, 4 HAVING count(*) > 1 OR bool_or(f.search_id IS NULL)`,
  'double: a fold run was told of twice': `
    SELECT search_id, data ->> 'trial' AS trial, data ->> 'repeat' AS repeat, data ->> 'fold' AS fold, count(*)
    FROM search_events WHERE name = 'fold' AND data ->> 'state' = 'completed' AND $1::text[] IS NOT NULL
    GROUP BY 1, 2, 3, 4 HAVING count(*) > 1`,
  'a search whose end was not told once': `
    SELECT s.id, count(e.revision) FROM searches s
    LEFT JOIN search_events e ON e.search_id = s.id AND e.name = 'end'
    WHERE $1::text[] IS NOT NULL GROUP BY 1 HAVING count(e.revision) <> 1`,
  'counters that do not add up': `
    SELECT s.id, s.name, s.status, s.trials_total, s.trials_completed, s.trials_pruned, s.trials_failed,
      s.trials_cancelled, s.folds_total, s.folds_completed, t.*, f.total AS folds, f.completed AS done, r.total AS results
    FROM searches s
    CROSS JOIN LATERAL (
      SELECT count(*) AS total, count(*) FILTER (WHERE state = 'completed') AS completed,
        count(*) FILTER (WHERE state = 'pruned') AS pruned, count(*) FILTER (WHERE state = 'failed') AS failed,
        count(*) FILTER (WHERE state = 'cancelled') AS cancelled
      FROM trials WHERE search_id = s.id) t
    CROSS JOIN LATERAL (
      -- What a trial that was dropped would have trained is not to be done any more.
      SELECT count(*) FILTER (WHERE r.state <> 'cancelled' OR x.state = 'cancelled') AS total,
        count(*) FILTER (WHERE r.state = 'completed') AS completed
      FROM fold_runs r JOIN trials x ON x.search_id = r.search_id AND x.number = r.trial
      WHERE r.search_id = s.id) f
    CROSS JOIN LATERAL (SELECT count(*) AS total FROM fold_results WHERE search_id = s.id) r
    WHERE $1::text[] IS NOT NULL AND (
      (s.trials_total, s.trials_completed, s.trials_pruned, s.trials_failed, s.trials_cancelled,
        s.folds_total, s.folds_completed, s.folds_completed)
      <> (t.total, t.completed, t.pruned, t.failed, t.cancelled, f.total, f.completed, r.total))`,
  'a trial failed, though nothing was wrong with it': `
    SELECT search_id, number, reason FROM trials WHERE state = 'failed' AND $1::text[] IS NOT NULL`,
  'left behind: checkpoints of searches that are over': `
    SELECT search_id, trial FROM checkpoints WHERE $1::text[] IS NOT NULL`,
};

const shown = 5;

/** @returns one line for each invariant that is broken */
export async function checkInvariants(postgres: PostgresServer, searches: string[]): Promise<string[]> {
  const violations: string[] = [];
  for (const [invariant, sql] of Object.entries(queries)) {
    const rows = await postgres.query(sql, [searches]);
    if (rows.length === 0) continue;
    violations.push(`${invariant} (${rows.length}): ${JSON.stringify(rows.slice(0, shown))}`);
  }
  return violations;
}

/** Models and reveals: none lost, none made twice, each paid for once. @returns one line for each that is broken */
export async function checkMade(
  postgres: PostgresServer,
  told: { models: readonly string[]; reveals: readonly string[] },
): Promise<string[]> {
  const [row] = await postgres.query<Record<string, number>>(
    `SELECT (SELECT count(*) FROM unnest($1::text[]) AS t (id) WHERE id NOT IN (SELECT id FROM models))::integer
        AS "lost: models that clients were told of",
      (SELECT count(*) FROM unnest($2::text[]) AS t (id) WHERE id NOT IN (SELECT id FROM locked.reveals))::integer
        AS "lost: reveals that clients were told of",
      (SELECT count(*) FROM models WHERE NOT id = ANY ($1) OR state NOT IN ('completed', 'failed'))::integer
        AS "double: models that no client was told of, or that have not ended",
      (SELECT count(*) FROM locked.reveals WHERE NOT id = ANY ($2))::integer
        AS "double: reveals that no client was told of",
      (SELECT abs(sum(reveals_used) - cardinality($2)) FROM locked.pools)::integer
        AS "double: reveals that were paid for more or less than once",
      (SELECT count(*) FROM locked.ledger WHERE content::json -> 'data' ->> 'reveal' IS NOT NULL
        GROUP BY content::json -> 'data' ->> 'reveal', content::json ->> 'kind' HAVING count(*) > 1 LIMIT 1)::integer
        AS "double: ledger entries of one kind for one reveal"`,
    [told.models, told.reveals],
  );
  return Object.entries(row!).flatMap(([broken, count]) => (count ? [`${broken} (${count})`] : []));
}

/** @returns one line for each search whose results are no longer those that it ended with */
export async function checkKept(postgres: PostgresServer, ended: Map<string, string>): Promise<string[]> {
  const changed: string[] = [];
  for (const [search, digest] of ended) {
    if ((await digestResults(postgres, search)) !== digest)
      changed.push(`lost: results of search ${search} have changed since it ended`);
  }
  return changed;
}

/** All results of a search in one digest: what was accepted once must stay as it is. */
export async function digestResults(postgres: PostgresServer, search: string): Promise<string> {
  const [row] = await postgres.query<{ digest: string }>(
    `SELECT md5(coalesce(string_agg(r::text, E'\\n' ORDER BY trial, repeat, fold), '')) AS digest
     FROM fold_results r WHERE search_id = $1`,
    [search],
  );
  return row!.digest;
}
