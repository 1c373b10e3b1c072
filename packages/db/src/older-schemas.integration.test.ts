import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { createEmptyDatabase } from '../test/database.ts';
import { findDataset, loadTrainingRows } from './datasets.ts';
import { claimFoldRuns } from './fold-runs.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './open-database.ts';
import { findSearch } from './searches.ts';
import { loadTrial } from './trials.ts';

const migrations = fileURLToPath(new URL('../../../prisma/migrations/', import.meta.url));
const names = (await readdir(migrations, { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

/** The first schema that a service ran on had tables, guards and transitions; after it every third, since each takes seconds. */
const older = names.slice(2, -1).filter((_, i) => i % 3 === 0);

/** A search in the middle, as that schema holds it: one fold run of two has its result. Later columns have their defaults. */
const rows = `
  INSERT INTO datasets (id, name, digest, task, target, features, classes, train_rows, test_rows, rows_per_class,
    test_locked, test_kind, reveal_budget, reveals_used, leaks)
  VALUES ('ds_old', 'old', 'sha256:0', 'classification', '{kind}', '[{"name":"x","kind":"number"}]', '{a,b}', 2, 0,
    '{"a":1,"b":1}', false, 'none', 0, 0, '{"duplicatesAcrossSplit":0,"nearDuplicates":null,"warnings":[]}');
  INSERT INTO training_chunks (dataset_id, part, number, bytes) VALUES
    ('ds_old', 'features', 0, decode('000000000000f03f0000000000000040', 'hex')),
    ('ds_old', 'targets', 0, decode('0000000001000000', 'hex'));
  INSERT INTO searches (id, name, tags, dataset_id, status, test_seen, spec, numerics_version, gap, trials_total,
    trials_waiting, trials_running, folds_total, folds_completed, revision)
  VALUES ('se_old', 'old', '{}', 'ds_old', 'running', false, '{"seed":0}', 1, 0, 1, 0, 1, 2, 1, 3);
  INSERT INTO fold_assignments (search_id, repeat, bytes) VALUES ('se_old', 0, decode('00000100', 'hex'));
  INSERT INTO trials (search_id, number, state, params, weight_count, cost, open_folds)
  VALUES ('se_old', 0, 'running', '{"epochs":5}', 4, 100, 1);
  INSERT INTO fold_runs (search_id, trial, repeat, fold, state, attempt) VALUES
    ('se_old', 0, 0, 0, 'completed', 1), ('se_old', 0, 0, 1, 'queued', 0);
  INSERT INTO fold_results (search_id, trial, repeat, fold, attempt, worker, seed, engine, engine_version, validation,
    training, epochs, training_rows, validation_rows, seconds, started_at, finished_at)
  VALUES ('se_old', 0, 0, 0, 1, 'w', '0', 'wasm', '0.1.0', '{"accuracy":1}', '{"accuracy":1}', 5, 1, 1, 0.1, now(), now());
  INSERT INTO fold_records (search_id, trial, repeat, fold, curves)
  VALUES ('se_old', 0, 0, 0, '{"epochs":[5],"trainingLoss":[0.5]}');`;

test.each(older)('a search that stood in the schema of %s goes on in this one', async (last) => {
  const { url, drop } = await createEmptyDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'older-'));
  onTestFinished(async () => {
    await rm(folder, { recursive: true });
    await drop();
  });
  for (const name of names.filter((one) => one <= last))
    await cp(join(migrations, name), join(folder, name), { recursive: true });
  await migrate(url, folder);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(rows);
  await client.end();

  expect((await migrate(url)).applied).toEqual(names.filter((one) => one > last));
  const db = openDatabase({ url, name: 'older schemas' });
  try {
    expect(await findDataset(db, 'ds_old')).toMatchObject({ name: 'old', rows: { train: 2, test: 0 } });
    expect(Array.from((await loadTrainingRows(db, 'ds_old')).features)).toEqual([1, 2]);
    expect(await findSearch(db, 'se_old')).toMatchObject({
      status: 'running',
      folds: { total: 2, completed: 1 },
      revision: 3,
    });
    const trial = await loadTrial(db, 'se_old', 0);
    expect(trial?.folds.map(({ state, validation }) => [state, validation?.accuracy])).toEqual([
      ['completed', 1],
      ['queued', undefined],
    ]);
    const claims = await claimFoldRuns(db, {
      worker: 'w',
      search: 'se_old',
      foldRuns: [{ trial: 0, repeat: 0, fold: 1 }],
      leaseSeconds: 60,
    });
    expect(claims).toMatchObject([{ trial: 0, fold: 1, attempt: 1, params: { epochs: 5 } }]);
  } finally {
    await db.close();
  }
});
