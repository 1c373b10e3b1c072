import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../test/database.ts';
import {
  claimSome,
  createExampleSearch,
  exampleDataset,
  exampleResult,
  exampleSearch,
} from '../test/examples.ts';
import { expectCountersToHold } from '../test/recount.ts';
import { insertDataset } from './datasets.ts';
import { eventsAfter } from './events.ts';
import { acceptFoldResult, claimFoldRuns, takeRunnable } from './fold-runs.ts';
import {
  addOwnTrial,
  endOverdueSearches,
  extendSearch,
  findRequest,
  pauseSearch,
  resumeSearch,
} from './search-control.ts';
import { cancelSearch, findSearch, insertSearch, type NewSearch } from './searches.ts';
import { loadTrial } from './trials.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(async () => {
  await expectCountersToHold(db);
  await db.close();
});

async function runAll(search: string): Promise<void> {
  for (const claim of await claimSome(db, { search })) {
    await acceptFoldResult(db, { ...claim, worker: 'w1', result: exampleResult() });
  }
}

let requests = 0;
const newRequest = () => `rq_${requests++}`;
const own = (search: NewSearch) => ({ ...search.trials[0]!, note: 'my guess' });

async function insertLimited(limits: Partial<NewSearch['spec']['limits']>, trials = 3): Promise<string> {
  const { id } = await insertDataset(db, exampleDataset());
  const search = exampleSearch(id, { trials });
  search.spec.limits = { ...search.spec.limits, ...limits };
  await insertSearch(db, search);
  return search.id;
}

describe('pause and resume', () => {
  test('hand out nothing in between, and take what was being trained', async () => {
    const { id } = await createExampleSearch(db, { trials: 2, folds: 2 });
    const [held] = await claimSome(db, { search: id, limit: 1 });
    expect((await pauseSearch(db, id)) as object).toMatchObject({ status: 'paused' });
    expect(await takeRunnable(db, { limit: 10, searchIds: [id], republishAfterSeconds: 0 })).toEqual([]);
    const key = { trial: 1, repeat: 0, fold: 0 };
    expect(await claimFoldRuns(db, { worker: 'w2', search: id, foldRuns: [key], leaseSeconds: 60 })).toEqual(
      [],
    );
    expect(await acceptFoldResult(db, { ...held!, worker: 'w1', result: exampleResult() })).toBe('accepted');
    expect(await findSearch(db, id)).toMatchObject({ status: 'paused', folds: { completed: 1 } });
    expect((await pauseSearch(db, id)) as object).toMatchObject({ status: 'paused' });
    expect((await resumeSearch(db, id)) as object).toMatchObject({ status: 'running' });
    await runAll(id);
    expect(await findSearch(db, id)).toMatchObject({ status: 'completed', repeatable: true });
    const told = (await eventsAfter(db, id, 0, 100)).filter(
      ({ name }) => name === 'search' || name === 'end',
    );
    expect(told.map(({ data }) => (data as { status: string }).status)).toEqual([
      'queued',
      'running',
      'paused',
      'running',
      'completed',
    ]);
    expect(await pauseSearch(db, id)).toBe('over');
    expect(await resumeSearch(db, 'se_none')).toBeNull();
  });

  test('a search that had not begun is queued again; a paused one can be cancelled', async () => {
    const { id } = await createExampleSearch(db);
    await pauseSearch(db, id);
    expect((await resumeSearch(db, id)) as object).toMatchObject({ status: 'queued', startedAt: null });
    await pauseSearch(db, id);
    expect((await cancelSearch(db, id)) as object).toMatchObject({ status: 'cancelled' });
  });
});

describe('extension', () => {
  const extend = async (id: string, planned: number, more: number, request = newRequest()) => {
    const search = exampleSearch('ds_unused', { trials: more });
    const { spec } = (await findSearch(db, id))!;
    const [first] = search.trials;
    const extension = { planned, more, spec, trials: search.trials, foldRuns: first!.foldRuns };
    return extendSearch(db, id, extension, request);
  };

  test('adds trials to a search that has completed, and opens none again', async () => {
    const { id } = await createExampleSearch(db, { trials: 2 });
    await runAll(id);
    const before = await loadTrial(db, id, 1);
    expect(await extend(id, 2, 3)).toBe('extended');
    expect(await findSearch(db, id)).toMatchObject({
      status: 'running',
      finishedAt: null,
      trials: { total: 5, waiting: 3, completed: 2 },
    });
    expect(await loadTrial(db, id, 1)).toEqual(before);
    await runAll(id);
    expect(await findSearch(db, id)).toMatchObject({ status: 'completed', trials: { completed: 5 } });
  });

  test('is done once of two at the same time', async () => {
    const { id } = await createExampleSearch(db, { trials: 2 });
    const outcomes = await Promise.all([extend(id, 2, 1), extend(id, 2, 1)]);
    expect(outcomes.sort()).toEqual(['changed', 'extended']);
    expect(await findSearch(db, id)).toMatchObject({ trials: { total: 3 } });
  });

  test('is refused once a search was cancelled, and for none', async () => {
    const { id } = await createExampleSearch(db);
    await cancelSearch(db, id);
    expect(await extend(id, 2, 1)).toBe('over');
    expect(
      await extendSearch(
        db,
        'se_none',
        { planned: 1, more: 1, spec: (await findSearch(db, id))!.spec, trials: [], foldRuns: [] },
        newRequest(),
      ),
    ).toBe('absent');
  });

  test('is done once for one request, also where the search has ended since', async () => {
    const { id } = await createExampleSearch(db, { trials: 1 });
    expect(await extend(id, 1, 2, 'rq_again')).toBe('extended');
    expect(await findRequest(db, id, 'rq_again')).toEqual({ trial: null });
    expect(await extend(id, 3, 2, 'rq_again')).toBe('extended');
    expect(await findSearch(db, id)).toMatchObject({ trials: { total: 3 } });
    await cancelSearch(db, id);
    expect(await extend(id, 3, 2, 'rq_again')).toBe('extended');
    expect(await findSearch(db, id)).toMatchObject({ status: 'cancelled', trials: { total: 3 } });
  });

  test('leaves the state of what is over alone for everybody else', async () => {
    const { id } = await createExampleSearch(db, { trials: 1 });
    await runAll(id);
    const reopen = db.pool.query(`UPDATE searches SET status = 'running', finished_at = NULL WHERE id = $1`, [
      id,
    ]);
    await expect(reopen).rejects.toThrow(/does not change/);
  });
});

describe('own trials', () => {
  test('take the numbers after all that are planned, and extensions those after them', async () => {
    const { id } = await createExampleSearch(db, { trials: 2 });
    const example = exampleSearch('ds_unused', { trials: 1 });
    expect(await addOwnTrial(db, id, own(example), newRequest())).toBe(2);
    const { spec } = (await findSearch(db, id))!;
    const extension = { planned: 2, more: 1, spec, trials: example.trials };
    await extendSearch(db, id, { ...extension, foldRuns: example.trials[0]!.foldRuns }, newRequest());
    expect(await addOwnTrial(db, id, own(example), newRequest())).toBe(4);
    const { rows } = await db.pool.query(
      'SELECT number, proposal, note FROM trials WHERE search_id = $1 ORDER BY 1',
      [id],
    );
    expect(rows).toEqual([
      { number: 0, proposal: 0, note: null },
      { number: 1, proposal: 1, note: null },
      { number: 2, proposal: null, note: 'my guess' },
      { number: 3, proposal: 2, note: null },
      { number: 4, proposal: null, note: 'my guess' },
    ]);
    await runAll(id);
    expect(await findSearch(db, id)).toMatchObject({ status: 'completed', trials: { completed: 5 } });
    expect(await addOwnTrial(db, id, own(example), newRequest())).toBeNull();
  });

  test('are added once for one request, of any number at the same time, and answered when it is over', async () => {
    const { id } = await createExampleSearch(db, { trials: 1 });
    const example = exampleSearch('ds_unused', { trials: 1 });
    const add = () => addOwnTrial(db, id, own(example), 'rq_same');
    expect(await Promise.all([add(), add(), add()])).toEqual([1, 1, 1]);
    expect(await findSearch(db, id)).toMatchObject({ trials: { total: 2 }, folds: { total: 4 } });
    await runAll(id);
    expect(await add()).toBe(1);
    expect(await findRequest(db, id, 'rq_same')).toEqual({ trial: 1 });
    expect(await findRequest(db, id, 'rq_other')).toBeNull();
  });
});

describe('limits', () => {
  test('concurrency: never more are claimed, nor published, and what was refused comes again', async () => {
    const id = await insertLimited({ concurrency: 2 });
    const taken = await takeRunnable(db, { limit: 10, searchIds: [id], republishAfterSeconds: 60 });
    expect(taken).toHaveLength(2);
    const all = [0, 1, 2].flatMap((trial) => [0, 1].map((fold) => ({ trial, repeat: 0, fold })));
    const claims = await claimFoldRuns(db, { worker: 'w1', search: id, foldRuns: all, leaseSeconds: 60 });
    expect(claims).toHaveLength(2);
    expect(await claimFoldRuns(db, { worker: 'w2', search: id, foldRuns: all, leaseSeconds: 60 })).toEqual(
      [],
    );
    expect(await takeRunnable(db, { limit: 10, searchIds: [id], republishAfterSeconds: 60 })).toEqual([]);
    await acceptFoldResult(db, { ...claims[0]!, search: id, worker: 'w1', result: exampleResult() });
    expect(await takeRunnable(db, { limit: 10, searchIds: [id], republishAfterSeconds: 60 })).toHaveLength(1);
  });

  test('seconds: a search whose time is up ends with what it has, and says so', async () => {
    const id = await insertLimited({ maxSeconds: 60 });
    const [first, second] = await claimSome(db, { search: id, limit: 2 });
    for (const claim of [first!, second!])
      await acceptFoldResult(db, { ...claim, worker: 'w1', result: exampleResult() });
    expect(await endOverdueSearches(db)).toBe(0);
    await pauseSearch(db, id);
    await db.pool.query(
      `UPDATE searches SET paused_at = paused_at - interval '1 hour', started_at = started_at - interval '1 hour' WHERE id = $1`,
      [id],
    );
    await resumeSearch(db, id);
    expect(await endOverdueSearches(db)).toBe(0);
    await db.pool.query(`UPDATE searches SET started_at = started_at - interval '1 minute' WHERE id = $1`, [
      id,
    ]);
    expect(await endOverdueSearches(db)).toBe(1);
    expect(await findSearch(db, id)).toMatchObject({
      status: 'completed',
      repeatable: false,
      reason: 'The limit of 60 seconds was reached.',
      trials: { completed: 1, cancelled: 2 },
    });
  });

  test('seconds: without a completed trial it has failed', async () => {
    const id = await insertLimited({ maxSeconds: 60 });
    await claimSome(db, { search: id, limit: 1 });
    await db.pool.query(`UPDATE searches SET started_at = started_at - interval '1 minute' WHERE id = $1`, [
      id,
    ]);
    await endOverdueSearches(db);
    expect(await findSearch(db, id)).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/60 seconds/),
    });
  });
});
