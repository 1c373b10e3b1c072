import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../test/database.ts';
import { claimSome, createExampleSearch, exampleResult, lapseLeases } from '../test/examples.ts';
import { expectCountersToHold } from '../test/recount.ts';
import { eventsAfter } from './events.ts';
import {
  acceptFoldResult,
  claimFoldRuns,
  expireLeases,
  failFoldRun,
  giveBackFoldRuns,
  renewLeases,
  takeRunnable,
} from './fold-runs.ts';
import { cancelSearch, findSearch } from './searches.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const name = ({ trial, repeat, fold }: { trial: number; repeat: number; fold: number }) =>
  `${trial}.${repeat}.${fold}`;

test('publishers at the same time never get the same fold run, and miss none', async () => {
  const { id: search } = await createExampleSearch(db, { trials: 60, folds: 3 });
  const taken: string[] = [];
  async function publish(): Promise<void> {
    // Rows that another has locked are passed over: empty-handed is not yet the end.
    for (let empty = 0; empty < 3; ) {
      const some = await takeRunnable(db, { limit: 7, searchIds: [search], republishAfterSeconds: 600 });
      taken.push(...some.map(name));
      empty = some.length === 0 ? empty + 1 : 0;
    }
  }
  await Promise.all([publish(), publish(), publish(), publish()]);
  expect(taken).toHaveLength(180);
  expect(new Set(taken).size).toBe(180);
});

test('of workers that claim the same fold runs at the same time, each is won by one', async () => {
  for (let round = 0; round < 10; round++) {
    const { id: search } = await createExampleSearch(db, { trials: 3, folds: 3 });
    const foldRuns = await takeRunnable(db, { limit: 100, searchIds: [search], republishAfterSeconds: 600 });
    const won = await Promise.all(
      ['a', 'b', 'c', 'd'].map((worker) => claimFoldRuns(db, { worker, search, foldRuns, leaseSeconds: 60 })),
    );
    expect(won.flat().map(name).toSorted()).toEqual(foldRuns.map(name).toSorted());
  }
  await expectCountersToHold(db);
});

test('a cancel that races with results: each result counts or is late, and the end is one end', async () => {
  const ends: string[] = [];
  for (let round = 0; round < 40; round++) {
    const { id: search } = await createExampleSearch(db, { trials: 1, folds: 3 });
    const claims = await claimSome(db, { search });
    // A growing head start for the results, so that the cancel comes before, among and after them.
    const results = claims.map((claim) =>
      acceptFoldResult(db, { ...claim, worker: 'w1', result: exampleResult() }),
    );
    if (round % 4 > 0) await results[(round % 4) - 1];
    const cancelled = await cancelSearch(db, search);
    const outcomes = await Promise.all(results);

    const record = (await findSearch(db, search))!;
    expect(record.folds.completed).toBe(outcomes.filter((outcome) => outcome === 'accepted').length);
    expect(record.status).toBe(cancelled === 'over' ? 'completed' : 'cancelled');
    expect(record.repeatable).toBe(record.status === 'completed');
    expect(record.folds.completed === 3).toBe(record.status === 'completed');
    const events = await eventsAfter(db, search, 0, 100);
    expect(events.filter((event) => event.name === 'end')).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ name: 'end', data: { status: record.status } });
    ends.push(record.status);
  }
  await expectCountersToHold(db);
  // Both ways of ending were met: else this test would have raced nothing.
  expect(new Set(ends)).toEqual(new Set(['cancelled', 'completed']));
});

test('everything at once on the same searches: no deadlock, and the counters hold', async () => {
  const searches = await Promise.all([1, 2, 3].map(() => createExampleSearch(db, { trials: 8, folds: 3 })));
  const ids = searches.map(({ id }) => id);

  async function work(worker: string, turn: number): Promise<void> {
    for (let idle = 0; idle < 3; ) {
      const runnable = await takeRunnable(db, { limit: 4, searchIds: ids, republishAfterSeconds: 0 });
      let claimed = 0;
      for (const search of new Set(runnable.map((run) => run.search))) {
        const foldRuns = runnable.filter((run) => run.search === search);
        const claims = await claimFoldRuns(db, { worker, search, foldRuns, leaseSeconds: 60 });
        claimed += claims.length;
        await Promise.all(
          claims.map((claim, i) => {
            const own = { ...claim, search, worker };
            switch ((turn + i + claim.trial) % 5) {
              case 0:
                return giveBackFoldRuns(db, { worker, claims: [own] }).then(() =>
                  acceptFoldResult(db, { ...own, result: exampleResult() }),
                );
              case 1:
                return failFoldRun(db, {
                  ...own,
                  reason: 'x',
                  kind: claim.trial === 2 ? 'trial' : 'infrastructure',
                });
              default:
                return acceptFoldResult(db, { ...own, result: exampleResult() });
            }
          }),
        );
        await renewLeases(db, {
          worker,
          leaseSeconds: 60,
          claims: claims.map((claim) => ({ ...claim, search })),
        });
      }
      turn += 1;
      idle = claimed === 0 ? idle + 1 : 0;
    }
  }
  async function disturb(): Promise<void> {
    for (let i = 0; i < 10; i++) {
      await lapseLeases(db, ids[i % 3]!);
      await expireLeases(db);
    }
    await cancelSearch(db, ids[2]!);
  }
  await Promise.all([work('a', 0), work('b', 1), work('c', 2), disturb()]);
  await work('last', 3);

  const records = await Promise.all(ids.map((id) => findSearch(db, id)));
  expect(records.map((record) => record!.status).slice(0, 2)).toEqual(['completed', 'completed']);
  for (const record of records) expect(record!.trials.waiting + record!.trials.running).toBe(0);
  await expectCountersToHold(db);
});

test('a search with events of many writers: revisions are read in the order in which they are committed', async () => {
  const { id: search } = await createExampleSearch(db, { trials: 20, folds: 2 });
  const claims = await claimSome(db, { search });
  const seen: number[] = [];
  let revision = 0;
  const reader = (async () => {
    for (;;) {
      const events = await eventsAfter(db, search, revision, 5);
      seen.push(...events.map((event) => event.revision));
      revision = seen.at(-1) ?? 0;
      if (events.at(-1)?.name === 'end') return;
    }
  })();
  await Promise.all(
    claims.map((claim) => acceptFoldResult(db, { ...claim, worker: 'w', result: exampleResult() })),
  );
  await reader;
  const all = await eventsAfter(db, search, 0, 1000);
  expect(seen).toEqual(all.map((event) => event.revision));
  expect(all).toHaveLength(2 + 20 + 40 + 20 + 1);
});

test('renewals in any order of claims never wait crosswise for a cancel', async () => {
  for (let round = 0; round < 6; round++) {
    const { id: search } = await createExampleSearch(db, { trials: 200, folds: 5 });
    const claims = await claimSome(db, { search });
    const renewals = [claims, claims.toReversed(), claims].map((some) =>
      renewLeases(db, { worker: 'w1', leaseSeconds: 60, claims: some }),
    );
    const cancelled = await cancelSearch(db, search);
    expect(cancelled).toMatchObject({ status: 'cancelled', trials: { cancelled: 200 } });
    // Each renewal came wholly before the cancel or wholly after it.
    for (const lost of await Promise.all(renewals)) expect([0, 1000]).toContain(lost.length);
  }
  await expectCountersToHold(db);
});
