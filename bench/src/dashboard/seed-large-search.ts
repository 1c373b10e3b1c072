import type { HoldfastClient } from '@holdfast/client/holdfast-client';
import { type Database, openDatabase } from '@holdfast/db/open-database';

/** From 0 to 1, the same with each seeding: `name` tells the draws of one trial apart. */
const drawn = (name: string, trial = 'n') =>
  `(('x' || substr(md5('${name} ' || ${trial}), 1, 8))::bit(32)::bigint / 4294967296::float8)`;
/** One of several, as JSON. */
const oneOf = (name: string, choices: readonly unknown[]) =>
  `(ARRAY[${choices.map((choice) => `'${JSON.stringify(choice)}'`).join(', ')}]::jsonb[])[1 + floor(${drawn(name)} * ${choices.length})::int]`;

const networks = [[8], [16], [32], [32, 16]];
const optimizers = ['adam', 'sgd', 'rmsprop'];

/** Trials from $2 to below $3, as the first one but for what the space varies. */
const addTrials = `
  INSERT INTO trials (search_id, number, state, params, weight_count, cost, open_folds, proposal)
  SELECT $1, n, 'completed',
    (first.params::jsonb || jsonb_build_object(
      'hiddenLayers', layers, 'optimizer', ${oneOf('optimizer', optimizers)},
      'learningRate', round((10 ^ (-4 + 4 * ${drawn('learningRate')}))::numeric, 8),
      'l2', CASE WHEN ${drawn('l2?')} < 0.5 THEN 0 ELSE round((10 ^ (-6 + 4 * ${drawn('l2')}))::numeric, 9) END,
      'dropout', round((${drawn('dropout')} / 2)::numeric, 4)))::json,
    CASE layers WHEN '[8]' THEN 67 WHEN '[16]' THEN 131 WHEN '[32]' THEN 259 ELSE 739 END, first.cost, 0, n
  FROM generate_series($2::int, $3::int - 1) n
  CROSS JOIN LATERAL (SELECT ${oneOf('layers', networks)} AS layers) drawn
  JOIN trials first ON first.search_id = $1 AND first.number = 0`;

const runsOf = `FROM trials t CROSS JOIN generate_series(0, 4) fold
  CROSS JOIN LATERAL (SELECT now() - interval '1 hour' + t.number * interval '20 ms' AS began) time
  WHERE t.search_id = $1 AND t.number >= $2 AND t.number < $3`;

const addRuns = `
  INSERT INTO fold_runs (search_id, trial, repeat, fold, state, attempt, worker, started_at, finished_at)
  SELECT $1, t.number, 0, fold, 'completed', 1, 'w_seeded', began, began + interval '50 ms' ${runsOf}`;

/** Scores that follow from the hyperparameters, with what chance adds. */
const score = `greatest(0.05, least(1, 0.93
  - 0.06 * abs(log((t.params->>'learningRate')::float8) + 2)
  - 0.03 * (t.params->>'dropout')::float8
  + 0.02 * sin(t.number) + 0.015 * sin(t.number * 7 + fold * 13)))`;
const scores = (accuracy: string, loss: string) => `json_build_object(
  'accuracy', round((${accuracy})::numeric, 4), 'loss', round((${loss})::numeric, 4),
  'balancedAccuracy', ${accuracy}, 'f1', ${accuracy}, 'auc', ${accuracy})`;

// OFFSET keeps the scores from being worked out once for each place where they stand.
const addResults = `
  INSERT INTO fold_results (
    search_id, trial, repeat, fold, attempt, worker, seed, engine, engine_version, validation, training,
    epochs, training_rows, validation_rows, seconds, started_at, finished_at)
  SELECT $1, number, 0, fold, 1, 'w_seeded', lpad(to_hex(number), 16, '0'), 'seeded', '1',
    ${scores('score', '1.05 - score')}, ${scores('score + 0.01', '1 - score')},
    20, 96, 24, 0.05, began, began + interval '50 ms'
  FROM (SELECT t.number, fold, began, ${score} AS score ${runsOf} OFFSET 0) seeded`;

/** Of 24 rows and three classes: sure of one class in each row. */
const addPredictions = `
  INSERT INTO fold_records (search_id, trial, repeat, fold, curves, predictions)
  SELECT r.search_id, r.trial, r.repeat, r.fold,
    '{"epochs":[],"trainingLoss":[],"validationLoss":[],"trainingAccuracy":[],"validationAccuracy":[],"learningRate":[]}',
    (SELECT decode(string_agg(CASE (i * 7 + r.trial * (i % 5)) % 3
        WHEN 0 THEN '0000403f0000003e0000003e' WHEN 1 THEN '0000003e0000403f0000003e'
        ELSE '0000003e0000003e0000403f' END, '' ORDER BY i), 'hex')
     FROM generate_series(1, 24) AS i)
  FROM fold_results r WHERE r.search_id = $1 AND r.trial >= $2 AND r.trial < $3`;

/** Trials that are added at a time: a statement of the service may not take long. */
const stretch = 2000;
const folds = 5;

/**
 * A completed search of so many trials by five folds. Its first trial is the service's own; the others are made in the
 * database, with the triggers off: their results were not trained, and half a million claims would take an hour.
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
      hiddenLayers: networks,
      optimizer: ['adam', 'sgd', 'rmsprop'],
      learningRate: { min: 0.0001, max: 1, scale: 'log' },
      l2: [0, { min: 1e-6, max: 1e-2, scale: 'log' }],
      dropout: { min: 0, max: 0.5 },
      epochs: 20,
    },
    strategy: { kind: 'random', trials: 1 },
  });
  for await (const _event of client.watchSearch(id)) {
    // Until its end.
  }
  const db = openDatabase({ url: databaseUrl, name: 'bench' });
  try {
    await fill(db, id, trials, predictions);
  } finally {
    await db.close();
  }
  return id;
}

async function fill(db: Database, search: string, trials: number, predictions: boolean): Promise<void> {
  const client = await db.pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SET LOCAL session_replication_role = replica');
    // The service's bound is for requests.
    await client.query('SET LOCAL statement_timeout = 0');
    for (let from = 1; from < trials; from += stretch) {
      const range = [search, from, Math.min(trials, from + stretch)];
      const statements = [addTrials, addRuns, addResults, ...(predictions ? [addPredictions] : [])];
      for (const statement of statements) await client.query(statement, range);
    }
    await client.query(
      `UPDATE searches SET trials_total = $2, trials_completed = $2, folds_total = $2 * ${folds},
         folds_completed = $2 * ${folds}, revision = revision + 1, updated_at = now(), finished_at = now(),
         spec = jsonb_set(spec::jsonb, '{strategy,trials}', to_jsonb($2::int))::json
       WHERE id = $1`,
      [search, trials],
    );
    // Without it joins are planned as if the tables were empty.
    await client.query('ANALYZE searches, trials, fold_runs, fold_results');
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}
