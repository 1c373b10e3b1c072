import type { HoldfastClient } from '@holdfast/client/holdfast-client';
import { type Database, openDatabase } from '@holdfast/db/open-database';

/** Shares of a score that its hyperparameters make, and what chance adds; the same with each seeding. */
const fillResults = `
  INSERT INTO fold_results (
    search_id, trial, repeat, fold, attempt, worker, reason, seed, engine, engine_version, validation, training,
    confusion, epochs, training_rows, validation_rows, seconds, started_at, finished_at)
  SELECT f.search_id, f.trial, f.repeat, f.fold, 1, 'w_seeded', NULL, lpad(to_hex(f.trial), 16, '0'), 'seeded', '1',
    json_build_object('accuracy', round(s.score::numeric, 4), 'loss', round((1.05 - s.score)::numeric, 4),
      'balancedAccuracy', s.score, 'f1', s.score, 'auc', s.score),
    json_build_object('accuracy', round((s.score + 0.01)::numeric, 4), 'loss', round((1.0 - s.score)::numeric, 4),
      'balancedAccuracy', s.score, 'f1', s.score, 'auc', s.score),
    NULL, 20, 96, 24, 0.05, now() - interval '1 hour' + f.trial * interval '20 ms',
    now() - interval '1 hour' + f.trial * interval '20 ms' + interval '50 ms'
  FROM fold_runs f
  JOIN trials t ON t.search_id = f.search_id AND t.number = f.trial
  CROSS JOIN LATERAL (
    SELECT greatest(0.05, least(1, 0.93
      - 0.06 * abs(log((t.params->>'learningRate')::numeric) + 2)::float8
      - 0.03 * (t.params->>'dropout')::float8
      + 0.02 * sin(f.trial) + 0.015 * sin(f.trial * 7 + f.fold * 13))) AS score
  ) s
  WHERE f.search_id = $1 AND f.trial >= $2 AND f.trial < $3
  ON CONFLICT DO NOTHING`;

/** Of 24 rows and three classes: sure of one class in each row, of the right one as often as the score says. */
const fillPredictions = `
  INSERT INTO fold_records (search_id, trial, repeat, fold, curves, predictions)
  SELECT r.search_id, r.trial, r.repeat, r.fold,
    '{"epochs":[],"trainingLoss":[],"validationLoss":[],"trainingAccuracy":[],"validationAccuracy":[],"learningRate":[]}',
    (SELECT decode(string_agg(CASE (i * 7 + r.trial * (i % 5)) % 3
        WHEN 0 THEN '0000403f0000003e0000003e' WHEN 1 THEN '0000003e0000403f0000003e'
        ELSE '0000003e0000003e0000403f' END, '' ORDER BY i), 'hex')
     FROM generate_series(1, 24) AS i)
  FROM fold_results r WHERE r.search_id = $1 AND r.trial >= $2 AND r.trial < $3
  ON CONFLICT DO NOTHING`;

const completeRuns = `
  UPDATE fold_runs f SET state = 'completed', attempt = greatest(1, f.attempt), worker = r.worker,
    held = false, started_at = r.started_at, finished_at = r.finished_at
  FROM fold_results r
  WHERE f.search_id = $1 AND f.trial >= $2 AND f.trial < $3
    AND r.search_id = $1 AND r.trial >= $2 AND r.trial < $3 AND r.trial = f.trial AND r.repeat = f.repeat AND r.fold = f.fold`;

/** Trials that are filled at a time: a statement of the service may not take long. */
const stretch = 2000;

/**
 * A completed search of so many trials by five folds whose results were made, not trained. The trials are made by the
 * service; results go into the tables at once, with the triggers off: half a million by the usual way would take long.
 *
 * @param options.predictions whether each fold run gets predictions too, so that the board's statistics have what they need
 * @returns the search's id
 */
export async function seedLargeSearch(
  client: HoldfastClient,
  databaseUrl: string,
  trials: number,
  { predictions = false }: { predictions?: boolean } = {},
): Promise<string> {
  const { id } = await client.createSearch({
    name: `${trials.toLocaleString('en')} trials`,
    dataset: 'iris',
    space: {
      hiddenLayers: [[8], [16], [32], [32, 16]],
      optimizer: ['adam', 'sgd', 'rmsprop'],
      learningRate: { min: 0.0001, max: 1, scale: 'log' },
      l2: [0, { min: 1e-6, max: 1e-2, scale: 'log' }],
      dropout: { min: 0, max: 0.5 },
      epochs: 20,
    },
    strategy: { kind: 'random', trials },
  });
  await client.pauseSearch(id);
  const db = openDatabase({ url: databaseUrl, name: 'bench' });
  try {
    await untilIdle(db, id);
    await fill(db, id, trials, predictions);
  } finally {
    await db.close();
  }
  return id;
}

/** Workers finish what they had begun before the pause. */
async function untilIdle(db: Database, search: string): Promise<void> {
  for (;;) {
    const { rows } = await db.pool.query<{ running: number }>(
      `SELECT count(*)::int AS running FROM fold_runs WHERE search_id = $1 AND state = 'running'`,
      [search],
    );
    if (rows[0]?.running === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function fill(db: Database, search: string, trials: number, predictions: boolean): Promise<void> {
  const client = await db.pool.connect();
  try {
    // Without it the joins below are planned as if the tables were empty.
    await client.query('ANALYZE trials, fold_runs');
    await client.query('BEGIN');
    await client.query('SET LOCAL session_replication_role = replica');
    for (let trial = 0; trial < trials; trial += stretch) {
      const range = [search, trial, trial + stretch];
      await client.query(fillResults, range);
      if (predictions) await client.query(fillPredictions, range);
      await client.query(completeRuns, range);
    }
    await client.query(`UPDATE trials SET state = 'completed', open_folds = 0 WHERE search_id = $1`, [
      search,
    ]);
    await client.query(
      `UPDATE searches SET status = 'completed', trials_waiting = 0, trials_running = 0,
         trials_completed = trials_total, folds_completed = folds_total, revision = revision + 1,
         started_at = coalesce(started_at, now()), updated_at = now(), finished_at = now()
       WHERE id = $1`,
      [search],
    );
    await client.query('COMMIT');
    await client.query('ANALYZE searches, trials, fold_runs, fold_results');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}
