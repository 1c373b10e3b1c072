import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../test/database.ts';
import { createExampleSearch, exampleResult, lapseLeases } from '../test/examples.ts';
import * as model from '../test/fold-run-model.ts';
import { expectCountersToHold } from '../test/recount.ts';
import { eventsAfter } from './events.ts';
import {
  acceptFoldResult,
  acceptFoldResults,
  claimFoldRuns,
  expireLeases,
  failFoldRun,
  giveBackFoldRuns,
  renewLeases,
} from './fold-runs.ts';
import { packFoldResult } from './pack-fold-results.ts';
import { cancelSearch, findSearch } from './searches.ts';
import { loadTrial, loadTrialResults } from './trials.ts';

const trials = 2;
const folds = 2;
/** Near the limit, so that losses of infrastructure reach it. */
const lossesBefore = 19;

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

interface Real {
  search: string;
  /** All that were ever granted: the commands use stale ones as well. */
  claims: model.ModelClaim[];
  /** After the last step. */
  revision: number;
  seen: Awaited<ReturnType<typeof look>>;
}
type Command = fc.AsyncCommand<model.FoldRunModel, Real>;

/** Runs a step on both sides, then compares all that can be seen. */
function command(label: string, step: (expected: model.FoldRunModel, real: Real) => Promise<void>): Command {
  return {
    check: () => true,
    toString: () => label,
    async run(expected, real) {
      const { revision: revisionBefore, seen: seenBefore } = real;
      await step(expected, real);
      const record = (await findSearch(db, real.search))!;
      const seen = await look(real.search);
      expect(seen).toEqual(
        expected.trials.map(({ state, folds: runs }) => ({ state, folds: runs.map((run) => run.state) })),
      );
      expect(record).toMatchObject({
        status: expected.status,
        repeatable: expected.repeatable,
        lateResults: expected.lateResults,
      });
      expect(record.finishedAt !== null).toBe(model.isOver(expected));
      // The revision rises with what can be seen, and with nothing else.
      expect(record.revision > revisionBefore).toBe(JSON.stringify(seen) !== JSON.stringify(seenBefore));
      real.revision = record.revision;
      real.seen = seen;
    },
  };
}

async function look(search: string) {
  const results = await loadTrialResults(db, search);
  return results.map(({ status, folds: runs }) => ({ state: status, folds: runs.map(({ state }) => state) }));
}

const key = (real: Real, { trial, fold, attempt, worker }: model.ModelClaim) => ({
  search: real.search,
  trial,
  repeat: 0,
  fold,
  attempt,
  worker,
});

/** A command about one of the claims granted so far, of any age; none while there is none. */
function aboutClaim(
  label: string,
  step: (expected: model.FoldRunModel, real: Real, claim: model.ModelClaim) => Promise<void>,
): fc.Arbitrary<Command> {
  return fc.nat({ max: 5 }).map((back) =>
    command(`${label} #-${back}`, async (expected, real) => {
      const claim = real.claims.at(-1 - (back % Math.max(1, real.claims.length)));
      if (claim) await step(expected, real, claim);
    }),
  );
}

const cancel = command('cancel', async (expected, real) => {
  const outcome = await cancelSearch(db, real.search);
  expect(outcome === 'over' ? 'over' : outcome?.status).toBe(model.cancel(expected));
});

/** Claims and results stand several times: were all as likely, few searches would come far. */
const commands: fc.Arbitrary<Command>[] = [
  fc
    .tuple(fc.nat({ max: trials - 1 }), fc.nat({ max: folds - 1 }), fc.constantFrom('a', 'b'))
    .map(([trial, fold, worker]) =>
      command(`claim ${trial}.${fold} by ${worker}`, async (expected, real) => {
        const granted = await claimFoldRuns(db, {
          worker,
          search: real.search,
          foldRuns: [{ trial, repeat: 0, fold }],
          leaseSeconds: 600,
        });
        expect(granted).toHaveLength(model.claim(expected, trial, fold, worker) ? 1 : 0);
        for (const { attempt } of granted) {
          expect(attempt).toBe(expected.trials[trial]!.folds[fold]!.attempt);
          real.claims.push({ trial, fold, attempt, worker });
        }
      }),
    ),
  aboutClaim('accept', async (expected, real, claim) => {
    const outcome = await acceptFoldResult(db, { ...key(real, claim), result: exampleResult() });
    expect(outcome).toBe(model.accept(expected, claim));
  }),
  fc
    .tuple(fc.constantFrom('a', 'b'), fc.array(fc.nat({ max: 5 }), { minLength: 2, maxLength: 4 }))
    .map(([worker, places]) =>
      command(`accept together #-${places.join(' #-')} of ${worker}`, async (expected, real) => {
        const own = real.claims.filter((claim) => claim.worker === worker);
        if (own.length === 0) return;
        const claims = places.map((back) => own.at(-1 - (back % own.length))!);
        const outcomes = await acceptFoldResults(db, {
          search: real.search,
          worker,
          results: claims.map((claim) => packFoldResult(key(real, claim), exampleResult())),
        });
        expect(outcomes).toEqual(claims.map((claim) => model.accept(expected, claim)));
      }),
    ),
  aboutClaim('trial error', async (expected, real, claim) => {
    const outcome = await failFoldRun(db, { ...key(real, claim), reason: 'own', kind: 'trial' });
    expect(outcome).toBe(model.fail(expected, claim, 'trial'));
  }),
  aboutClaim('infrastructure loss', async (expected, real, claim) => {
    const outcome = await failFoldRun(db, { ...key(real, claim), reason: 'lost', kind: 'infrastructure' });
    expect(outcome).toBe(model.fail(expected, claim, 'infrastructure'));
  }),
  aboutClaim('give back', async (expected, real, claim) => {
    await giveBackFoldRuns(db, { worker: claim.worker, claims: [key(real, claim)] });
    model.giveBack(expected, claim);
  }),
  aboutClaim('renew', async (expected, real, claim) => {
    const lost = await renewLeases(db, {
      worker: claim.worker,
      leaseSeconds: 600,
      claims: [key(real, claim)],
    });
    expect(lost).toHaveLength(model.renew(expected, claim) ? 0 : 1);
  }),
  fc.constant(
    command('leases run out', async (expected, real) => {
      await lapseLeases(db, real.search);
      expect(await expireLeases(db)).toBe(model.expireAll(expected));
    }),
  ),
];

test('whatever the order of claims, results, failures, losses and cancels, the database does as the model says', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.commands([...commands, commands[0]!, commands[0]!, commands[1]!], { maxCommands: 40, size: 'max' }),
      fc.boolean(),
      async (steps, cancelled) => {
        const { id: search, revision } = await createExampleSearch(db, { trials, folds });
        await db.pool.query('UPDATE fold_runs SET infrastructure_losses = $2 WHERE search_id = $1', [
          search,
          lossesBefore,
        ]);
        const expected = model.createModel(trials, folds, lossesBefore);
        const real: Real = { search, claims: [], revision, seen: await look(search) };
        await fc.asyncModelRun(() => ({ model: expected, real }), steps);
        if (cancelled) await cancel.run(expected, real);
        const events = await eventsAfter(db, search, 0, 1000);
        expect(events.filter(({ name }) => name === 'end')).toHaveLength(model.isOver(expected) ? 1 : 0);
        for (let number = 0; number < trials; number++) {
          const trial = await loadTrial(db, search, number);
          expect(trial?.folds.map(({ attempt }) => attempt)).toEqual(
            expected.trials[number]!.folds.map(({ attempt }) => attempt),
          );
        }
      },
    ),
    { numRuns: 20 },
  );
  await expectCountersToHold(db);
});
