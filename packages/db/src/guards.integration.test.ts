import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../test/database.ts';
import { claimSome, createExampleSearch, exampleResult } from '../test/examples.ts';
import { eventsAfter, keptEvents } from './events.ts';
import { acceptFoldResult } from './fold-runs.ts';
import { cancelSearch } from './searches.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

test('the database refuses to change what is over, whoever asks', async () => {
  const { id: search } = await createExampleSearch(db, { trials: 2, folds: 1 });
  const [claim] = await claimSome(db, { search, limit: 1 });
  await acceptFoldResult(db, { ...claim!, worker: 'w1', result: exampleResult() });
  await cancelSearch(db, search);
  const attempts = [
    `UPDATE searches SET status = 'running', finished_at = NULL WHERE id = $1`,
    `UPDATE searches SET status = 'completed' WHERE id = $1`,
    `UPDATE trials SET state = 'pruned' WHERE search_id = $1 AND number = 0`,
    `UPDATE trials SET state = 'waiting', open_folds = 1 WHERE search_id = $1 AND number = 1`,
    `UPDATE fold_runs SET state = 'queued' WHERE search_id = $1 AND trial = 0`,
    `UPDATE fold_runs SET state = 'queued' WHERE search_id = $1 AND trial = 1`,
    `UPDATE fold_results SET validation = '{"accuracy":1}' WHERE search_id = $1`,
  ];
  for (const sql of attempts) {
    await expect(db.pool.query(sql, [search]), sql).rejects.toMatchObject({ code: 'HF001' });
  }
});

test('a fold run takes one result and no second', async () => {
  const { id: search } = await createExampleSearch(db, { trials: 1, folds: 1 });
  const [claim] = await claimSome(db, { search });
  await acceptFoldResult(db, { ...claim!, worker: 'w1', result: exampleResult() });
  await expect(
    db.pool.query(
      `INSERT INTO fold_results SELECT search_id, trial, repeat, fold, 2, worker, reason, seed, engine, engine_version,
         validation, training, confusion, epochs, training_rows, validation_rows, seconds, started_at, finished_at
       FROM fold_results WHERE search_id = $1`,
      [search],
    ),
  ).rejects.toMatchObject({ code: '23505', constraint: 'fold_results_pkey' });
});

test('a fold run needs its trial, and goes with it', async () => {
  const { id: search } = await createExampleSearch(db, { trials: 2, folds: 2 });
  await expect(
    db.pool.query(
      'INSERT INTO fold_runs (search_id, trial, repeat, fold) VALUES ($1, 1, 0, 7), ($1, 2, 0, 0)',
      [search],
    ),
  ).rejects.toMatchObject({ code: '23503' });
  await db.pool.query('DELETE FROM trials WHERE search_id = $1 AND number = 0', [search]);
  const { rows } = await db.pool.query('SELECT DISTINCT trial FROM fold_runs WHERE search_id = $1', [search]);
  expect(rows).toEqual([{ trial: 1 }]);
});

test('counters that do not add up are refused', async () => {
  const { id: search } = await createExampleSearch(db, { trials: 2, folds: 2 });
  const attempts = [
    'UPDATE searches SET trials_completed = 1 WHERE id = $1',
    'UPDATE searches SET trials_waiting = 3, trials_running = -1 WHERE id = $1',
    'UPDATE searches SET folds_completed = 5 WHERE id = $1',
    `UPDATE searches SET status = 'completed' WHERE id = $1`,
    'UPDATE trials SET open_folds = 0 WHERE search_id = $1',
    `UPDATE fold_runs SET state = 'running' WHERE search_id = $1`,
  ];
  for (const sql of attempts) {
    await expect(db.pool.query(sql, [search]), sql).rejects.toMatchObject({ code: '23514' });
  }
});

test('old events go, one for each that comes', async () => {
  const { id: search } = await createExampleSearch(db, { trials: 1, folds: 2 });
  const claims = await claimSome(db, { search });
  expect((await eventsAfter(db, search, 0, 10)).map(({ revision }) => revision)).toEqual([1, 2, 3]);
  // As if thousands had come since.
  await db.pool.query('UPDATE searches SET revision = $2 WHERE id = $1', [search, keptEvents]);
  await acceptFoldResult(db, { ...claims[0]!, worker: 'w1', result: exampleResult() });
  const after = await eventsAfter(db, search, 0, 10);
  expect(after.map(({ revision }) => revision)).toEqual([2, 3, keptEvents + 1]);
});
