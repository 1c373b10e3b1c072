import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../test/database.ts';
import { claimSome, createExampleSearch, exampleResult, lapseLeases } from '../test/examples.ts';
import { expectCountersToHold } from '../test/recount.ts';
import {
  acceptFoldResult,
  claimFoldRuns,
  expireLeases,
  failFoldRun,
  renewLeases,
  takeRunnable,
} from './fold-runs.ts';
import { cancelSearch, deleteSearch, findRevision, findSearch } from './searches.ts';
import { loadTrial } from './trials.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

test('a lease that ran out goes to a second attempt, which wins; the first comes late', async () => {
  const { id: search } = await createExampleSearch(db, { trials: 1, folds: 1 });
  const [first] = await claimSome(db, { search, worker: 'slow' });
  expect(await expireLeases(db)).toBe(0);
  await lapseLeases(db, search);
  expect(await expireLeases(db)).toBe(1);
  expect(await expireLeases(db)).toBe(0);
  expect((await loadTrial(db, search, 0))?.folds[0]).toMatchObject({
    state: 'queued',
    worker: null,
    reason: 'The lease ran out: worker slow was lost, or stood still.',
  });

  const [second] = await claimSome(db, { search, worker: 'quick' });
  expect(second).toMatchObject({ attempt: 2 });
  expect(await renewLeases(db, { worker: 'slow', leaseSeconds: 60, claims: [first!] })).toEqual([first]);
  expect(await renewLeases(db, { worker: 'quick', leaseSeconds: 60, claims: [second!] })).toEqual([]);

  const late = exampleResult({ validation: { accuracy: 0 } });
  expect(await acceptFoldResult(db, { ...first!, worker: 'slow', result: late })).toBe('late');
  expect(await failFoldRun(db, { ...first!, worker: 'slow', reason: 'x', kind: 'trial' })).toBe('late');
  expect(await acceptFoldResult(db, { ...second!, worker: 'quick', result: exampleResult() })).toBe(
    'accepted',
  );
  expect(await acceptFoldResult(db, { ...first!, worker: 'slow', result: late })).toBe('late');

  const trial = await loadTrial(db, search, 0);
  expect(trial?.folds[0]).toMatchObject({
    attempt: 2,
    worker: 'quick',
    validation: { accuracy: 0.95 },
    reason: null,
  });
  expect(await findSearch(db, search)).toMatchObject({ status: 'completed', lateResults: 2 });
  await expectCountersToHold(db);
});

test('a result that is handed in twice is accepted once, and the second is not counted as late', async () => {
  const { id: search } = await createExampleSearch(db, { trials: 1, folds: 2 });
  const [claim] = await claimSome(db, { search });
  const hand = { ...claim!, worker: 'w1', result: exampleResult() };
  const outcomes = await Promise.all([acceptFoldResult(db, hand), acceptFoldResult(db, hand)]);
  expect(outcomes.toSorted()).toEqual(['accepted', 'late']);
  expect(await findSearch(db, search)).toMatchObject({ folds: { completed: 1 }, lateResults: 0 });
  await expectCountersToHold(db);
});

test('the claims of a worker that are lost are told, whatever became of them', async () => {
  const searches = await Promise.all([1, 2, 3].map(() => createExampleSearch(db, { trials: 1, folds: 2 })));
  const [kept, cancelled, deleted] = searches.map(({ id }) => id);
  const claims = (
    await Promise.all([kept!, cancelled!, deleted!].map((search) => claimSome(db, { search })))
  ).flat();
  await cancelSearch(db, cancelled!);
  await cancelSearch(db, deleted!);
  await deleteSearch(db, deleted!);
  const before = await db.pool.query('SELECT lease_until FROM fold_runs WHERE search_id = $1', [kept]);
  const lost = await renewLeases(db, { worker: 'w1', leaseSeconds: 6000, claims });
  expect(lost).toEqual(claims.filter(({ search }) => search !== kept));
  const after = await db.pool.query('SELECT lease_until FROM fold_runs WHERE search_id = $1', [kept]);
  for (const i of [0, 1]) {
    expect(after.rows[i].lease_until - before.rows[i].lease_until).toBeGreaterThan(5_000_000);
  }
  expect(await renewLeases(db, { worker: 'another', leaseSeconds: 60, claims })).toEqual(claims);
  expect(await renewLeases(db, { worker: 'w1', leaseSeconds: 60, claims: [] })).toEqual([]);
});

test('several lost fold runs of one trial beyond the limit fail it once', async () => {
  const { id: search } = await createExampleSearch(db, { trials: 2, folds: 2 });
  await claimSome(db, { search });
  await db.pool.query('UPDATE fold_runs SET infrastructure_losses = 20 WHERE search_id = $1 AND trial = 0', [
    search,
  ]);
  await lapseLeases(db, search);
  // Of trial 0 the first fails and takes the second with it; of trial 1 both are queued again.
  expect(await expireLeases(db)).toBe(3);
  expect(await findSearch(db, search)).toMatchObject({
    status: 'running',
    repeatable: false,
    trials: { failed: 1, running: 1 },
  });
  await expectCountersToHold(db);
});

test('what was published and never claimed is published again', async () => {
  const { id: search } = await createExampleSearch(db, { trials: 1, folds: 2 });
  const take = (republishAfterSeconds: number) =>
    takeRunnable(db, { limit: 10, searchIds: [search], republishAfterSeconds });
  expect(await take(60)).toHaveLength(2);
  expect(await take(60)).toHaveLength(0);
  await db.pool.query(
    `UPDATE fold_runs SET published_at = now() - interval '61 s' WHERE search_id = $1 AND fold = 1`,
    [search],
  );
  expect((await take(60)).map(({ fold }) => fold)).toEqual([1]);
  expect(await take(60)).toHaveLength(0);
});

test('searches take turns: a small one does not wait behind a large one', async () => {
  const { id: large } = await createExampleSearch(db, { trials: 20, folds: 2 });
  const { id: small } = await createExampleSearch(db, { trials: 2, folds: 2 });
  const take = async (limit: number) => {
    const taken = await takeRunnable(db, { limit, searchIds: [large, small], republishAfterSeconds: 60 });
    return taken.map(({ search, trial, fold }) => `${search === large ? 'L' : 's'}${trial}.${fold}`);
  };
  expect(await take(3)).toEqual(['L0.0', 's0.0', 'L0.1']);
  // The small one has less in flight: its turn first.
  expect(await take(4)).toEqual(['s0.1', 'L1.0', 's1.0', 'L1.1']);
  expect(await take(3)).toEqual(['s1.1', 'L2.0', 'L2.1']);
});

test('claims: only what is queued, only while the search goes on', async () => {
  const { id: search } = await createExampleSearch(db, { trials: 2, folds: 2 });
  const claim = (trial: number, fold: number) =>
    claimFoldRuns(db, { worker: 'w1', search, foldRuns: [{ trial, repeat: 0, fold }], leaseSeconds: 60 });
  expect(await claim(0, 0)).toHaveLength(1);
  const { revision } = (await findRevision(db, search))!;
  expect(await claim(0, 0)).toEqual([]);
  expect(await claim(7, 0)).toEqual([]);
  expect((await findRevision(db, search))!.revision).toBe(revision);
  // A second fold of a trial that runs is a change, without an event.
  expect(await claim(0, 1)).toHaveLength(1);
  expect((await findRevision(db, search))!.revision).toBe(revision + 1);
  await cancelSearch(db, search);
  expect(await claim(1, 0)).toEqual([]);
  expect(
    await claimFoldRuns(db, { worker: 'w1', search: 'se_none', foldRuns: [], leaseSeconds: 60 }),
  ).toEqual([]);
});

test('a figure that is not finite is refused by its name, and the fold run stays claimed', async () => {
  const { id: search } = await createExampleSearch(db, { trials: 1, folds: 1 });
  const [claim] = await claimSome(db, { search });
  const hand = (result: ReturnType<typeof exampleResult>) =>
    acceptFoldResult(db, { ...claim!, worker: 'w1', result });
  await expect(hand(exampleResult({ validation: { loss: Number.NaN } }))).rejects.toThrow(
    'validation: loss is NaN',
  );
  await expect(hand(exampleResult({ seconds: Number.POSITIVE_INFINITY }))).rejects.toThrow(
    'seconds is Infinity',
  );
  const curves = { ...exampleResult().curves, trainingLoss: [1, Number.NEGATIVE_INFINITY] };
  await expect(hand(exampleResult({ curves }))).rejects.toThrow('curves: 1 is -Infinity');
  expect(await hand(exampleResult({ confusion: null, predictions: null }))).toBe('accepted');
  expect((await loadTrial(db, search, 0))?.folds[0]).toMatchObject({ confusion: null });
});
