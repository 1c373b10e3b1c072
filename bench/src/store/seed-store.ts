import type { Database } from '@holdfast/db/open-database';

const folds = 2;

/** Through the schema as it is, with its keys, checks and triggers: sets of rows instead of one search after the other. */
const statements = (template: string, trials: number) => [
  // Copies of a search that the service made, so that each field is one that it would write.
  `INSERT INTO searches
   SELECT (json_populate_record(NULL::searches, (to_jsonb(s) || jsonb_build_object(
     'id', 'se_' || lpad(n::text, 20, '0'), 'name', 'seeded ' || n, 'tags', jsonb_build_array('seeded'),
     'status', 'completed', 'revision', 1, 'trials_total', ${trials}, 'trials_waiting', 0,
     'trials_running', 0, 'trials_completed', ${trials}, 'folds_total', ${trials * folds},
     'folds_completed', ${trials * folds}, 'created_at', now() - n * interval '1 s',
     'started_at', now() - n * interval '1 s', 'updated_at', now(), 'finished_at', now()))::json)).*
   FROM searches s CROSS JOIN generate_series($1::integer, $2::integer) AS n WHERE s.id = '${template}'`,
  `INSERT INTO fold_assignments (search_id, repeat, bytes)
   SELECT 'se_' || lpad(n::text, 20, '0'), repeat, bytes
   FROM fold_assignments CROSS JOIN generate_series($1::integer, $2::integer) AS n WHERE search_id = '${template}'`,
  `INSERT INTO trials (search_id, number, proposal, state, params, weight_count, cost, open_folds)
   SELECT 'se_' || lpad(n::text, 20, '0'), t, t, 'completed',
     (p.params::jsonb || jsonb_build_object('learningRate', 0.0001 * (1 + t % 1000)))::json, 100, 1e6, 0
   FROM generate_series($1::integer, $2::integer) AS n CROSS JOIN generate_series(0, ${trials - 1}) AS t
   CROSS JOIN (SELECT params FROM trials WHERE search_id = '${template}' AND number = 0) AS p`,
  `INSERT INTO fold_runs (search_id, trial, repeat, fold, state, attempt, worker, started_at, finished_at)
   SELECT 'se_' || lpad(n::text, 20, '0'), t, 0, f, 'completed', 1, 'w_seeded', now(), now()
   FROM generate_series($1::integer, $2::integer) AS n CROSS JOIN generate_series(0, ${trials - 1}) AS t
   CROSS JOIN generate_series(0, ${folds - 1}) AS f`,
  `INSERT INTO fold_results (
     search_id, trial, repeat, fold, attempt, worker, seed, engine, engine_version, validation, training, epochs,
     training_rows, validation_rows, seconds, started_at, finished_at)
   SELECT 'se_' || lpad(n::text, 20, '0'), t, 0, f, 1, 'w_seeded', lpad(to_hex(t), 16, '0'), 'seeded', '1',
     json_build_object('accuracy', s.score, 'loss', 1.05 - s.score, 'balancedAccuracy', s.score, 'f1', s.score, 'auc', s.score),
     json_build_object('accuracy', s.score, 'loss', 1.05 - s.score, 'balancedAccuracy', s.score, 'f1', s.score, 'auc', s.score),
     5, 48, 48, 0.01, now(), now()
   FROM generate_series($1::integer, $2::integer) AS n CROSS JOIN generate_series(0, ${trials - 1}) AS t
   CROSS JOIN generate_series(0, ${folds - 1}) AS f
   CROSS JOIN LATERAL (SELECT round((0.7 + 0.2 * sin(n + t) + 0.02 * sin(7 * t + 13 * f))::numeric, 4)::float8 AS score) AS s`,
  // No predictions: a board without them says less, and is read as fast.
  `INSERT INTO fold_records (search_id, trial, repeat, fold, curves)
   SELECT 'se_' || lpad(n::text, 20, '0'), t, 0, f,
     '{"epochs":[1,5],"trainingLoss":[1,0.5],"validationLoss":[1,0.6],"trainingAccuracy":[0.5,0.7],"validationAccuracy":[0.5,0.7],"learningRate":[0.1,0.1]}'
   FROM generate_series($1::integer, $2::integer) AS n CROSS JOIN generate_series(0, ${trials - 1}) AS t
   CROSS JOIN generate_series(0, ${folds - 1}) AS f`,
];

const searchesAtOnce = 20;

/**
 * Fills a store with searches that are over, of so many trials by two folds each, made after the pattern of one that
 * the service has: their data set and their first trial's hyperparameters.
 * @returns their ids
 */
export async function seedStore(
  { pool }: Database,
  {
    template,
    searches,
    trials,
    say,
  }: { template: string; searches: number; trials: number; say: (line: string) => void },
): Promise<string[]> {
  const client = await pool.connect();
  try {
    await client.query('SET statement_timeout = 0');
    for (let from = 1; from <= searches; from += searchesAtOnce) {
      const to = Math.min(searches, from + searchesAtOnce - 1);
      await client.query('BEGIN');
      for (const sql of statements(template, trials)) await client.query(sql, [from, to]);
      await client.query('COMMIT');
      if (from % 100 === 1) say(`${(to * trials).toLocaleString('en')} trials …`);
    }
    await client.query('VACUUM ANALYZE');
  } finally {
    client.release(true);
  }
  return Array.from({ length: searches }, (_, n) => `se_${String(n + 1).padStart(20, '0')}`);
}
