import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../test/database.ts';
import { claimSome, exampleDataset, exampleResult, exampleSearch } from '../test/examples.ts';
import { expectCountersToHold } from '../test/recount.ts';
import { insertDataset } from './datasets.ts';
import { acceptFoldResult } from './fold-runs.ts';
import { loadRungs } from './rungs.ts';
import { cancelSearch, deleteSearch, insertSearch } from './searches.ts';
import { loadTrialResults } from './trials.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

test('a search of 10,000 trials by 5 folds is created, worked on, read, cancelled and deleted', async () => {
  const { id: datasetId } = await insertDataset(db, exampleDataset());
  const search = exampleSearch(datasetId, { trials: 10_000, folds: 5 });
  const record = await insertSearch(db, search);
  expect(record).toMatchObject({ trials: { total: 10_000, waiting: 10_000 }, folds: { total: 50_000 } });
  const { rows } = await db.pool.query(
    `SELECT count(*)::int AS runs, count(DISTINCT trial)::int AS trials FROM fold_runs WHERE search_id = $1`,
    [search.id],
  );
  expect(rows).toEqual([{ runs: 50_000, trials: 10_000 }]);

  const claims = await claimSome(db, { search: search.id, limit: 12 });
  expect(claims.map(({ trial, fold }) => trial * 5 + fold)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  for (const claim of claims) await acceptFoldResult(db, { ...claim, worker: 'w1', result: exampleResult() });

  const results = await loadTrialResults(db, search.id);
  expect(results).toHaveLength(10_000);
  expect(results[9_999]).toMatchObject({ trial: 9_999, params: search.trials[9_999]!.params });
  expect(results.filter(({ status }) => status === 'completed').map(({ trial }) => trial)).toEqual([0, 1]);

  expect(await cancelSearch(db, search.id)).toMatchObject({ trials: { completed: 2, cancelled: 9_998 } });
  await expectCountersToHold(db);
  expect(await deleteSearch(db, search.id)).toBe('deleted');
});

test('a search that is newer than the statistics of Postgres is read as soon as another', async () => {
  const { id: datasetId } = await insertDataset(db, exampleDataset());
  await insertSearch(db, exampleSearch(datasetId, { trials: 5000, folds: 5 }));
  // As autovacuum does: the other search is all that it has seen.
  await db.pool.query('ANALYZE');
  const search = exampleSearch(datasetId, { trials: 5000, folds: 5 });
  await insertSearch(db, search);
  const claims = await claimSome(db, { search: search.id, limit: 500 });
  for (const claim of claims) await acceptFoldResult(db, { ...claim, worker: 'w1', result: exampleResult() });
  // Going through all fold runs for each trial takes longer than a statement may.
  expect(await loadTrialResults(db, search.id)).toHaveLength(5000);
  const rungs = await loadRungs(db, search.id, { metric: 'accuracy', direction: 'maximize', limit: 10 });
  expect(rungs.total).toBe(100);
});
