import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../test/database.ts';
import {
  claimSome,
  createExampleSearch,
  exampleDataset,
  exampleResult,
  exampleSearch,
} from '../test/examples.ts';
import { expectCountersToHold } from '../test/recount.ts';
import { DatasetMissingError, IdTakenError } from './database-errors.ts';
import { deleteDataset, insertDataset } from './datasets.ts';
import { eventsAfter } from './events.ts';
import { acceptFoldResult, claimFoldRuns, failFoldRun, giveBackFoldRuns, takeRunnable } from './fold-runs.ts';
import { InvalidCursorError } from './page-cursor.ts';
import {
  cancelSearch,
  deleteSearch,
  findRevision,
  findSearch,
  insertSearch,
  listSearches,
  loadFoldAssignments,
} from './searches.ts';
import { loadPredictions, loadTrial, loadTrialResults } from './trials.ts';
import { listWorkers, registerWorker } from './workers.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

test('a search lives from insertion to completion, with its events in order', async () => {
  await registerWorker(db, {
    id: 'w1',
    host: 'h',
    threads: 2,
    version: '0.1.0',
    numericsVersion: 1,
    engine: 'reference',
    startedAt: new Date('2026-01-01T00:00:00Z'),
  });
  const { id: datasetId } = await insertDataset(db, exampleDataset());
  const asked = exampleSearch(datasetId, { trials: 2, folds: 2, repeats: 2 });
  const created = await insertSearch(db, asked);
  expect(created).toMatchObject({
    id: asked.id,
    tags: ['one', 'two'],
    datasetId,
    status: 'queued',
    repeatable: true,
    spec: asked.spec,
    revision: 1,
    trials: { total: 2, waiting: 2, running: 0, completed: 0, pruned: 0, failed: 0, cancelled: 0 },
    folds: { total: 8, completed: 0 },
    startedAt: null,
    finishedAt: null,
  });
  expect(JSON.stringify(created.spec)).toBe(JSON.stringify(asked.spec));
  expect(await loadFoldAssignments(db, asked.id)).toEqual(asked.assignments);

  const runnable = await takeRunnable(db, { limit: 100, republishAfterSeconds: 60 });
  expect(runnable).toHaveLength(8);
  expect(runnable[0]).toEqual({ search: asked.id, trial: 0, repeat: 0, fold: 0, cost: 1.5e6, again: false });
  expect(runnable.map(({ trial, repeat, fold }) => [trial, repeat, fold].join(''))).toEqual([
    '000',
    '001',
    '010',
    '011',
    '100',
    '101',
    '110',
    '111',
  ]);
  expect(await takeRunnable(db, { limit: 100, republishAfterSeconds: 60 })).toEqual([]);

  const claims = await claimFoldRuns(db, {
    worker: 'w1',
    search: asked.id,
    foldRuns: runnable,
    leaseSeconds: 60,
  });
  expect(claims).toHaveLength(8);
  expect(claims[7]).toEqual({
    trial: 1,
    repeat: 1,
    fold: 1,
    attempt: 1,
    untilEpoch: null,
    rung: 0,
    params: asked.trials[1]?.params,
  });
  const running = await findSearch(db, asked.id);
  expect(running).toMatchObject({ status: 'running', trials: { waiting: 0, running: 2 } });
  expect(running?.startedAt).toBeInstanceOf(Date);

  // The second trial first, and its folds backwards: order of arrival must not show in the results.
  for (const { trial, repeat, fold, attempt } of claims.toReversed()) {
    const reason = trial === 1 ? `no score in ${repeat}.${fold}` : null;
    expect(
      await acceptFoldResult(db, {
        worker: 'w1',
        search: asked.id,
        trial,
        repeat,
        fold,
        attempt,
        result: exampleResult({ reason }),
      }),
    ).toBe('accepted');
  }
  const over = await findSearch(db, asked.id);
  expect(over).toMatchObject({
    status: 'completed',
    reason: null,
    repeatable: true,
    trials: { total: 2, waiting: 0, running: 0, completed: 2 },
    folds: { total: 8, completed: 8 },
    lateResults: 0,
  });
  expect(over?.finishedAt).toBeInstanceOf(Date);
  expect(await findRevision(db, asked.id)).toEqual({ revision: over?.revision, status: 'completed' });

  const events = await eventsAfter(db, asked.id, 0, 1000);
  expect(events.map(({ name, data }) => `${name} ${Object.values(data).join(' ')}`)).toEqual([
    'search queued',
    'search running',
    'trial 0 running',
    'trial 1 running',
    'fold 1 1 1 completed',
    'fold 1 1 0 completed',
    'fold 1 0 1 completed',
    'fold 1 0 0 completed',
    'trial 1 completed',
    'fold 0 1 1 completed',
    'fold 0 1 0 completed',
    'fold 0 0 1 completed',
    'fold 0 0 0 completed',
    'trial 0 completed',
    'end completed',
  ]);
  expect(events.map(({ revision }) => revision)).toEqual(events.map((_, i) => i + 1));
  expect(await eventsAfter(db, asked.id, 13, 1)).toEqual([events[13]]);

  const results = await loadTrialResults(db, asked.id);
  expect(results.map(({ trial, status, reason }) => [trial, status, reason])).toEqual([
    [0, 'completed', null],
    [1, 'completed', 'no score in 0.0'],
  ]);
  expect(results[1]).toMatchObject({ params: asked.trials[1]?.params, weightCount: 5_000_000_000 });
  expect(results[0]?.folds[3]).toEqual({
    repeat: 1,
    fold: 1,
    state: 'completed',
    validation: { accuracy: 0.95, loss: 0.1, auc: null },
    training: { accuracy: 0.99, loss: 0.05 },
    epochs: 100,
    seconds: 0.25,
    reason: null,
  });

  const trial = await loadTrial(db, asked.id, 1);
  expect(trial?.folds).toHaveLength(4);
  expect(trial?.folds[0]).toEqual({
    repeat: 0,
    fold: 0,
    state: 'completed',
    attempt: 1,
    reason: 'no score in 0.0',
    seed: '0123456789abcdef',
    engine: 'reference',
    engineVersion: '1',
    worker: 'w1',
    rows: { training: 4, validation: 2 },
    validation: { accuracy: 0.95, loss: 0.1, auc: null },
    training: { accuracy: 0.99, loss: 0.05 },
    confusion: [
      [2, 0],
      [1, 3],
    ],
    epochs: 100,
    curves: exampleResult().curves,
    seconds: 0.25,
    startedAt: '2026-01-01T00:00:00.000Z',
    finishedAt: '2026-01-01T00:00:00.250Z',
  });
  expect(await loadTrial(db, asked.id, 2)).toBeNull();

  const first = await loadPredictions(db, asked.id, 0, { limit: 3 });
  expect(first.items.map(({ repeat, fold }) => [repeat, fold])).toEqual([
    [0, 0],
    [0, 1],
    [1, 0],
  ]);
  expect(first.items[0]?.predictions).toEqual(exampleResult().predictions);
  const second = await loadPredictions(db, asked.id, 0, { limit: 3, cursor: first.nextCursor });
  expect(second.items.map(({ repeat, fold }) => [repeat, fold])).toEqual([[1, 1]]);
  expect(second.nextCursor).toBeNull();
  await expect(loadPredictions(db, asked.id, 0, { limit: 3, cursor: 'x' })).rejects.toThrow(
    InvalidCursorError,
  );

  expect((await listWorkers(db)).map(({ id, completedFolds }) => [id, completedFolds])).toEqual([['w1', 8]]);
  await expectCountersToHold(db);
});

test('a trial that fails twice by itself ends with its other folds; a search with none completed fails', async () => {
  const { id: search } = await createExampleSearch(db, { trials: 1, folds: 3 });
  const [first, second] = await claimSome(db, { search, limit: 2 });
  const failure = { worker: 'w1', reason: 'the loss is a string', kind: 'trial' } as const;
  expect(await failFoldRun(db, { ...first!, ...failure })).toBe('requeued');
  expect(await failFoldRun(db, { ...first!, ...failure })).toBe('late');
  const again = await claimSome(db, { search });
  expect(again.map(({ fold, attempt }) => [fold, attempt])).toEqual([
    [0, 2],
    [2, 1],
  ]);
  expect(await failFoldRun(db, { ...again[0]!, ...failure })).toBe('failed');

  expect(await findSearch(db, search)).toMatchObject({
    status: 'failed',
    reason: 'No trial completed. Trial 0: the loss is a string',
    repeatable: true,
    trials: { failed: 1, running: 0 },
  });
  const trial = await loadTrial(db, search, 0);
  expect(trial).toMatchObject({ status: 'failed', reason: 'the loss is a string' });
  expect(trial?.folds.map(({ state }) => state)).toEqual(['failed', 'cancelled', 'cancelled']);
  expect(await acceptFoldResult(db, { ...second!, worker: 'w1', result: exampleResult() })).toBe('late');
  const events = await eventsAfter(db, search, 0, 100);
  expect(events.slice(-3).map(({ name }) => name)).toEqual(['fold', 'trial', 'end']);
  await expectCountersToHold(db);
});

test('twenty losses of infrastructure are borne, the next fails the trial and makes the search not repeatable', async () => {
  const { id: search } = await createExampleSearch(db, { trials: 2, folds: 1 });
  for (let loss = 1; loss <= 21; loss++) {
    const [claim] = await claimSome(db, { search, limit: 1 });
    expect(claim).toMatchObject({ trial: 0, attempt: loss });
    const outcome = await failFoldRun(db, {
      ...claim!,
      worker: 'w1',
      reason: 'lost',
      kind: 'infrastructure',
    });
    expect(outcome).toBe(loss <= 20 ? 'requeued' : 'failed');
  }
  expect(await findSearch(db, search)).toMatchObject({ status: 'running', repeatable: false });
  const [other] = await claimSome(db, { search });
  expect(await acceptFoldResult(db, { ...other!, worker: 'w1', result: exampleResult() })).toBe('accepted');
  expect(await findSearch(db, search)).toMatchObject({ status: 'completed', reason: null });
  await expectCountersToHold(db);
});

test('one error of its own and losses of infrastructure are counted apart', async () => {
  const { id: search } = await createExampleSearch(db, { trials: 1, folds: 1 });
  for (const kind of ['infrastructure', 'trial', 'infrastructure'] as const) {
    const [claim] = await claimSome(db, { search });
    expect(await failFoldRun(db, { ...claim!, worker: 'w1', reason: kind, kind })).toBe('requeued');
  }
  const [claim] = await claimSome(db, { search });
  expect(await acceptFoldResult(db, { ...claim!, worker: 'w1', result: exampleResult() })).toBe('accepted');
  expect(await loadTrial(db, search, 0)).toMatchObject({ status: 'completed', reason: null });
});

test('what is given back is runnable at once and nothing is counted against it', async () => {
  const { id: search } = await createExampleSearch(db, { trials: 1, folds: 2 });
  const claims = await claimSome(db, { search });
  const { revision } = (await findRevision(db, search))!;
  await giveBackFoldRuns(db, { worker: 'w1', claims: [claims[1]!] });
  expect((await findRevision(db, search))!.revision).toBe(revision + 1);
  expect((await claimSome(db, { search, worker: 'w2' })).map(({ fold, attempt }) => [fold, attempt])).toEqual(
    [[1, 2]],
  );
  expect(await acceptFoldResult(db, { ...claims[1]!, worker: 'w1', result: exampleResult() })).toBe('late');
  const { rows } = await db.pool.query(
    'SELECT infrastructure_losses + own_errors AS counted FROM fold_runs WHERE search_id = $1 AND fold = 1',
    [search],
  );
  expect(rows).toEqual([{ counted: 0 }]);
  await expectCountersToHold(db);
});

test('a cancelled search ends all that is open, once, and can be deleted then with all that is its own', async () => {
  const { id: search, datasetId } = await createExampleSearch(db, { trials: 3, folds: 2 });
  const claims = await claimSome(db, { search, limit: 3 });
  expect(await acceptFoldResult(db, { ...claims[0]!, worker: 'w1', result: exampleResult() })).toBe(
    'accepted',
  );
  expect(await deleteSearch(db, search)).toBe('running');

  const cancelled = await cancelSearch(db, search);
  expect(cancelled).toMatchObject({
    status: 'cancelled',
    repeatable: false,
    trials: { total: 3, cancelled: 3, waiting: 0, running: 0 },
    folds: { completed: 1 },
  });
  expect(await cancelSearch(db, search)).toBe('over');
  expect(await cancelSearch(db, 'se_none')).toBeNull();
  expect((await eventsAfter(db, search, 0, 100)).at(-1)).toMatchObject({
    name: 'end',
    data: { status: 'cancelled' },
  });
  expect(await acceptFoldResult(db, { ...claims[1]!, worker: 'w1', result: exampleResult() })).toBe('late');
  expect(await takeRunnable(db, { limit: 10, searchIds: [search], republishAfterSeconds: 0 })).toEqual([]);
  await expectCountersToHold(db);

  expect(await deleteDataset(db, datasetId!)).toBe('in-use');
  expect(await deleteSearch(db, search)).toBe('deleted');
  expect(await deleteSearch(db, search)).toBe('absent');
  for (const table of [
    'trials',
    'fold_runs',
    'fold_results',
    'fold_records',
    'fold_assignments',
    'search_events',
  ]) {
    const { rows } = await db.pool.query(`SELECT FROM ${table} WHERE search_id = $1`, [search]);
    expect(rows, table).toEqual([]);
  }
  expect(await acceptFoldResult(db, { ...claims[1]!, worker: 'w1', result: exampleResult() })).toBe('late');
  expect(await deleteDataset(db, datasetId!)).toBe('deleted');
});

test('searches are listed newest first, by pages, by tag and by status', async () => {
  const { id: datasetId } = await insertDataset(db, exampleDataset());
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) {
    const search = exampleSearch(datasetId);
    ids.push((await insertSearch(db, { ...search, tags: ['listed', i % 2 === 0 ? 'even' : 'odd'] })).id);
  }
  await cancelSearch(db, ids[2]!);
  // Several of one millisecond: the id must decide.
  await db.pool.query(`UPDATE searches SET created_at = '2100-01-01' WHERE id = ANY ($1)`, [ids.slice(1)]);
  const seen: string[] = [];
  for (let cursor: string | null = null; ; ) {
    const page = await listSearches(db, { limit: 2, cursor, tag: 'listed' });
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
    if (cursor === null) break;
  }
  expect(seen).toEqual(ids.toReversed());
  const even = await listSearches(db, { limit: 10, tag: 'even', status: 'queued' });
  expect(even.items.map(({ id }) => id)).toEqual([ids[4], ids[0]]);
  await expect(listSearches(db, { limit: 2, cursor: 'nonsense' })).rejects.toThrow(InvalidCursorError);
});

test('a search is refused whole: unknown data set, id taken, nothing to do, a figure that is no number', async () => {
  const { id: datasetId } = await insertDataset(db, exampleDataset());
  const search = exampleSearch(datasetId);
  await expect(insertSearch(db, { ...search, datasetId: 'ds_none' })).rejects.toThrow(DatasetMissingError);
  await expect(insertSearch(db, { ...search, trials: [] })).rejects.toThrow(RangeError);
  const trial = search.trials[0]!;
  await expect(insertSearch(db, { ...search, trials: [{ ...trial, foldRuns: [] }] })).rejects.toThrow(
    'trials/0/foldRuns',
  );
  const broken = { ...trial, params: { ...trial.params, learningRate: Number.NaN } };
  await expect(insertSearch(db, { ...search, trials: [broken] })).rejects.toThrow('learningRate is NaN');
  expect(await findSearch(db, search.id)).toBeNull();
  await insertSearch(db, search);
  await expect(insertSearch(db, search)).rejects.toThrow(IdTakenError);
});
