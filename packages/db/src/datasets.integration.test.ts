import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../test/database.ts';
import { exampleDataset, exampleSearch, uniqueId } from '../test/examples.ts';
import { bytesOf, chunkBytes } from './byte-chunks.ts';
import { DatasetMissingError, IdTakenError, NameTakenError } from './database-errors.ts';
import { deleteDataset, findDataset, insertDataset, listDatasets, loadTrainingRows } from './datasets.ts';
import { findEvaluatorKey, publishEvaluatorKey } from './evaluator-keys.ts';
import { loadSealedTest } from './sealed-tests.ts';
import { insertSearch } from './searches.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

test('a data set is answered as it was written, by id and by name', async () => {
  const example = exampleDataset();
  const { createdAt, ...inserted } = await insertDataset(db, example);
  expect(inserted).toEqual(example.dataset);
  const found = await findDataset(db, example.dataset.id);
  expect(found).toEqual({ ...example.dataset, createdAt });
  // Key order is kept as well: classes stand in an order of their own.
  expect(Object.keys(found!.rowsPerClass)).toEqual(Object.keys(example.dataset.rowsPerClass));
  expect(await findDataset(db, example.dataset.name)).toEqual(found);
  expect(await findDataset(db, 'nothing')).toBeNull();
});

test('an id wins over another data set that has it for a name', async () => {
  const first = exampleDataset();
  await insertDataset(db, exampleDataset({ name: first.dataset.id }));
  await insertDataset(db, first);
  expect((await findDataset(db, first.dataset.id))?.name).toBe(first.dataset.name);
});

test('training rows come back bit for bit, on shared memory, whole or in part', async () => {
  const example = exampleDataset();
  const { id } = await insertDataset(db, example);
  const loaded = await loadTrainingRows(db, id);
  const kinds = example.dataset.features;
  expect(loaded).toEqual({ ...example.training, task: 'classification', outputs: 3, kinds });
  expect(Object.is(loaded.features[10], -0)).toBe(true);
  expect(loaded.features.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(loaded.targets.buffer).toBeInstanceOf(SharedArrayBuffer);

  const part = await loadTrainingRows(db, id, { from: 2, limit: 2 });
  expect(part).toMatchObject({
    rows: 2,
    features: Float64Array.of(4, 5, 6, 7),
    targets: Int32Array.of(2, 0),
  });
  expect(await loadTrainingRows(db, id, { from: 5, limit: 20 })).toMatchObject({
    rows: 1,
    targets: Int32Array.of(2),
  });
  expect(await loadTrainingRows(db, id, { from: 99 })).toMatchObject({ rows: 0 });
  await expect(loadTrainingRows(db, 'ds_none')).rejects.toThrow(DatasetMissingError);
});

test('rows of many chunks, with groups, times and several binary targets', async () => {
  const rows = 30_000;
  const columns = 37;
  const example = exampleDataset({
    task: 'binary',
    target: ['a', 'b', 'c'],
    classes: ['a', 'b', 'c'],
    features: Array.from({ length: columns }, (_, i) => ({ name: `x${i}`, kind: 'number' as const })),
    rows: { train: rows, test: 0 },
    group: 'g',
    time: 't',
  });
  const training = {
    rows,
    columns,
    features: Float64Array.from({ length: rows * columns }, (_, i) => i / 7),
    targets: Uint8Array.from({ length: rows * 3 }, (_, i) => i % 2),
    groups: Int32Array.from({ length: rows }, (_, i) => i % 5),
    times: Float64Array.from({ length: rows }, (_, i) => i * 0.1),
  };
  expect(training.features.byteLength).toBeGreaterThan(2 * chunkBytes);
  const { id } = await insertDataset(db, { dataset: example.dataset, training, sealed: null });
  const loaded = await loadTrainingRows(db, id);
  expect(loaded.outputs).toBe(3);
  // By their bytes: comparing a million elements one by one takes a test framework seconds.
  for (const part of ['features', 'targets', 'groups', 'times'] as const) {
    expect(Buffer.compare(bytesOf(loaded[part]!), bytesOf(training[part])), part).toBe(0);
  }

  // Rows that lie on both sides of a cut, and a row that the cut goes through.
  const from = Math.floor(chunkBytes / 8 / columns) - 1;
  const part = await loadTrainingRows(db, id, { from, limit: 3 });
  expect(part.features).toEqual(training.features.slice(from * columns, (from + 3) * columns));
  expect(part.groups).toEqual(training.groups.slice(from, from + 3));
  expect(await loadSealedTest(db, id)).toBeNull();
});

test('the sealed box is kept apart, and goes with its data set', async () => {
  const example = exampleDataset();
  const box = Uint8Array.from({ length: chunkBytes + 5 }, (_, i) => i % 251);
  const { id } = await insertDataset(db, { ...example, sealed: { ...example.sealed!, box } });
  expect(Buffer.compare((await loadSealedTest(db, id))!, box)).toBe(0);
  const { rows: columns } = await db.pool.query(
    `SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name ~ 'seal|box'`,
  );
  expect(columns).toEqual([]);
  expect(await deleteDataset(db, id)).toBe('deleted');
  expect(await loadSealedTest(db, id)).toBeNull();
  const { rows } = await db.pool.query('SELECT FROM training_chunks WHERE dataset_id = $1', [id]);
  expect(rows).toEqual([]);
});

test('a taken name or id is refused, and nothing of the second is kept', async () => {
  const first = exampleDataset();
  await insertDataset(db, first);
  const second = exampleDataset({ name: first.dataset.name });
  await expect(insertDataset(db, second)).rejects.toThrow(NameTakenError);
  expect(await loadSealedTest(db, second.dataset.id)).toBeNull();
  await expect(insertDataset(db, exampleDataset({ id: first.dataset.id }))).rejects.toThrow(IdTakenError);
  const rival = { name: `rival ${uniqueId('ds')}` };
  const both = await Promise.allSettled([1, 2].map(() => insertDataset(db, exampleDataset(rival))));
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
});

test('rows that do not fit what the data set says are refused by their place', async () => {
  const example = exampleDataset();
  const refused = async (change: Partial<typeof example>, message: string) =>
    expect(insertDataset(db, { ...example, ...change })).rejects.toThrow(message);
  const { training } = example;
  await refused({ training: { ...training, columns: 3 } }, 'training.columns is 3');
  await refused(
    { training: { ...training, features: new Float64Array(11) } },
    'training.features has 88 bytes, 96',
  );
  await refused(
    { training: { ...training, targets: new Float64Array(6) } },
    'training.targets must be a Int32Array',
  );
  await refused({ training: { ...training, groups: new Int32Array(6) } }, 'training.groups must be there if');
  await refused({ training: { ...training, times: new Float64Array(6) } }, 'training.times must be there if');
  await refused({ sealed: null }, 'sealed must be there if');
  await refused({ training: { ...training, rows: 5 } }, 'bytes');
});

test('a data set in use stays, whichever comes first of its deletion and a search', async () => {
  const { id } = await insertDataset(db, exampleDataset());
  await insertSearch(db, exampleSearch(id));
  expect(await deleteDataset(db, id)).toBe('in-use');
  expect(await deleteDataset(db, 'ds_none')).toBe('absent');
  for (let round = 0; round < 10; round++) {
    const { id: rival } = await insertDataset(db, exampleDataset());
    const [deleted, inserted] = await Promise.allSettled([
      deleteDataset(db, rival),
      insertSearch(db, exampleSearch(rival)),
    ]);
    expect(deleted).toMatchObject({ value: inserted.status === 'fulfilled' ? 'in-use' : 'deleted' });
    if (inserted.status === 'rejected') expect(inserted.reason).toBeInstanceOf(DatasetMissingError);
  }
});

test('data sets are listed newest first, by pages', async () => {
  const ids: string[] = [];
  for (let i = 0; i < 3; i++) ids.push((await insertDataset(db, exampleDataset())).id);
  const first = await listDatasets(db, { limit: 2 });
  expect(first.items.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
  const second = await listDatasets(db, { limit: 1, cursor: first.nextCursor });
  expect(second.items.map(({ id }) => id)).toEqual([ids[0]]);
});

test('the newest evaluator key holds; one published again is the newest again', async () => {
  expect(await findEvaluatorKey(db)).toBeNull();
  await publishEvaluatorKey(db, 'one');
  await publishEvaluatorKey(db, 'two');
  expect(await findEvaluatorKey(db)).toBe('two');
  await publishEvaluatorKey(db, 'one');
  expect(await findEvaluatorKey(db)).toBe('one');
});
