import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../test/database.ts';
import { claimSome, exampleDataset, exampleResult, exampleSearch } from '../test/examples.ts';
import { expectCountersToHold } from '../test/recount.ts';
import { insertDataset } from './datasets.ts';
import {
  type AppliedDecisions,
  applyDecisions,
  listUndecided,
  loadDecisionRequest,
  loadProposedTrials,
} from './decisions.ts';
import { acceptFoldResult, loadCheckpoint } from './fold-runs.ts';
import { loadRungs } from './rungs.ts';
import { addOwnTrial, extendSearch, pauseSearch } from './search-control.ts';
import { cancelSearch, findSearch, insertSearch, type NewSearch } from './searches.ts';
import { loadTrial, loadTrialResults } from './trials.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(async () => {
  await expectCountersToHold(db);
  await db.close();
});

/** Two trials of two folds whose first rung ends at epoch 3, and two to come. */
async function insertAdaptive(change: Partial<NewSearch> = {}): Promise<string> {
  const { id } = await insertDataset(db, exampleDataset());
  const search = exampleSearch(id, { trials: 2, folds: 2 });
  const trials = search.trials.map((trial) => ({ ...trial, untilEpoch: 3 }));
  await insertSearch(db, { ...search, trials, trialsToCome: 2, adaptive: true, ...change });
  return search.id;
}

async function runAll(search: string, checkpoint: Uint8Array | null = null): Promise<void> {
  for (const claim of await claimSome(db, { search })) {
    const accuracy = (1 + claim.trial + claim.fold) / 10;
    const result = exampleResult({ checkpoint, epochs: claim.untilEpoch ?? 100, validation: { accuracy } });
    expect(await acceptFoldResult(db, { ...claim, worker: 'w1', result })).toBe('accepted');
  }
}

const nothing = { trials: [], grants: [], pruned: [], final: false };
const foldRuns = [0, 1].map((fold) => ({ repeat: 0, fold }));
async function apply(search: string, decided: Partial<AppliedDecisions>): Promise<void> {
  const { asked, planned } = (await loadDecisionRequest(db, search))!;
  await applyDecisions(db, search, { asked, planned, foldRuns, ...nothing, ...decided });
}
function proposed(...proposals: number[]): AppliedDecisions['trials'] {
  const { params, weightCount, cost } = exampleSearch('ds_unused').trials[0]!;
  return proposals.map((proposal) => ({
    number: proposal,
    proposal,
    params,
    weightCount,
    cost,
    released: 1,
    untilEpoch: null,
  }));
}

describe('decisions', () => {
  test('are asked for by results, and no more once they are made from them', async () => {
    const id = await insertAdaptive();
    expect(await listUndecided(db)).toContain(id);
    await apply(id, {});
    expect(await listUndecided(db)).not.toContain(id);
    const request = (await loadDecisionRequest(db, id))!;
    expect(request).toMatchObject({ planned: 4, numbering: [] });
    await runAll(id);
    expect(await listUndecided(db)).toContain(id);
    await applyDecisions(db, id, { ...nothing, foldRuns, asked: request.asked, planned: 4 });
    expect(await listUndecided(db)).toContain(id);
    await pauseSearch(db, id);
    expect(await listUndecided(db)).not.toContain(id);
    expect(await loadDecisionRequest(db, id)).toBeNull();
  });

  test('see results by rung, as they were handed in', async () => {
    const id = await insertAdaptive();
    await runAll(id);
    const [first, second] = await loadProposedTrials(db, id, { from: 0, metric: 'accuracy' });
    expect(first).toMatchObject({ proposal: 0, status: 'running', scores: [[0.1, 0.2]] });
    expect(second).toMatchObject({ proposal: 1, scores: [[0.2, 0.3]] });
    const grants = foldRuns.map((run) => ({ trial: 1, ...run, rung: 1, untilEpoch: null }));
    await apply(id, { grants });
    await runAll(id);
    // The seconds of both rungs; of the one that waits, those of its first.
    const secondsOf = async (trial: number) =>
      (await loadTrial(db, id, trial))!.folds.map(({ seconds }) => seconds);
    expect([await secondsOf(0), await secondsOf(1)]).toEqual([
      [0.25, 0.25],
      [0.5, 0.5],
    ]);
    const board = await loadTrialResults(db, id);
    expect(board.map(({ folds }) => folds.map(({ seconds }) => seconds))).toEqual([
      [0.25, 0.25],
      [0.5, 0.5],
    ]);
    const [later] = await loadProposedTrials(db, id, { from: 1, metric: 'accuracy' });
    expect(later).toMatchObject({
      status: 'completed',
      scores: [
        [0.2, 0.3],
        [0.2, 0.3],
      ],
    });
  });

  test('made by many at once are done once', async () => {
    const id = await insertAdaptive();
    await runAll(id, Uint8Array.of(1, 2, 3));
    expect(await loadCheckpoint(db, { search: id, trial: 0, repeat: 0, fold: 1 })).toEqual(
      Uint8Array.of(1, 2, 3),
    );
    const decided = {
      trials: proposed(2, 3),
      grants: foldRuns.map((run) => ({ trial: 1, ...run, rung: 1, untilEpoch: null })),
      pruned: [{ trial: 0, reason: 'Not among the best.' }],
    };
    await Promise.all(Array.from({ length: 8 }, () => apply(id, decided)));
    expect(await findSearch(db, id)).toMatchObject({
      trialsToCome: 0,
      trials: { total: 4, pruned: 1, running: 1, waiting: 2 },
      folds: { total: 8, completed: 2 },
    });
    // What it had reached is told once, though it stands with the rungs and with the results.
    const view = { metric: 'accuracy', direction: 'maximize', limit: 10 } as const;
    expect(await loadRungs(db, id, view)).toEqual({
      levels: [{ epochs: 3, trials: 2, best: 0.25, bestTrial: 1 }],
      total: 2,
      trials: [
        { trial: 0, status: 'pruned', epochs: [3], scores: [expect.closeTo(0.15, 12)] },
        { trial: 1, status: 'running', epochs: [3], scores: [0.25] },
      ],
    });
    expect(await loadRungs(db, id, { ...view, limit: 1 })).toMatchObject({
      total: 2,
      trials: [{ trial: 0 }],
    });
    // A pruned trial keeps its latest results, and no checkpoint.
    const pruned = (await loadTrial(db, id, 0))!;
    expect(pruned).toMatchObject({ status: 'pruned', reason: 'Not among the best.' });
    expect(pruned.folds.map(({ state, epochs }) => [state, epochs])).toEqual([
      ['completed', 3],
      ['completed', 3],
    ]);
    expect(await loadCheckpoint(db, { search: id, trial: 0, repeat: 0, fold: 1 })).toBeNull();
    expect(await loadCheckpoint(db, { search: id, trial: 1, repeat: 0, fold: 1 })).not.toBeNull();
    // Of a race's first stage one fold may run; the promoted trial may run on both.
    expect((await claimSome(db, { search: id })).map(({ trial, fold, rung }) => [trial, fold, rung])).toEqual(
      [
        [1, 0, 1],
        [1, 1, 1],
        [2, 0, 0],
        [3, 0, 0],
      ],
    );
  });

  test('leave out of the progress what a dropped trial never trained', async () => {
    const id = await insertAdaptive();
    await runAll(id);
    await apply(id, { trials: proposed(2, 3), pruned: [{ trial: 0, reason: 'Behind.' }] });
    await runAll(id);
    // Of trial 2 one fold has run, the other was held.
    await apply(id, { pruned: [{ trial: 2, reason: 'Behind.' }] });
    expect(await findSearch(db, id)).toMatchObject({ folds: { total: 7, completed: 4 } });
    await apply(id, { pruned: [1, 3].map((trial) => ({ trial, reason: 'Behind.' })), final: true });
    expect(await findSearch(db, id)).toMatchObject({
      status: 'completed',
      folds: { total: 6, completed: 6 },
    });
  });

  test('that nothing will be proposed end the search, unless it was extended meanwhile', async () => {
    const id = await insertAdaptive();
    await runAll(id);
    const request = (await loadDecisionRequest(db, id))!;
    const grants = [0, 1].flatMap((trial) =>
      foldRuns.map((run) => ({ trial, ...run, rung: 1, untilEpoch: null })),
    );
    await apply(id, { grants });
    await runAll(id);
    expect(await findSearch(db, id)).toMatchObject({ status: 'running', trials: { completed: 2 } });
    const { spec } = (await findSearch(db, id))!;
    expect(await extendSearch(db, id, { planned: 4, more: 1, spec, trials: [], foldRuns }, 'rq_1')).toBe(
      'extended',
    );
    const final = { ...nothing, foldRuns, final: true };
    await applyDecisions(db, id, { ...final, asked: request.asked, planned: 4 });
    expect(await findSearch(db, id)).toMatchObject({ status: 'running', trialsToCome: 3 });
    await applyDecisions(db, id, { ...final, asked: request.asked, planned: 5 });
    expect(await findSearch(db, id)).toMatchObject({
      status: 'completed',
      trialsToCome: 0,
      trials: { total: 2 },
    });
  });

  test('number what comes after own trials and extensions', async () => {
    const id = await insertAdaptive();
    const [trial] = exampleSearch('ds_unused', { trials: 1 }).trials;
    expect(await addOwnTrial(db, id, { ...trial!, note: null }, 'rq_1')).toBe(4);
    const { spec } = (await findSearch(db, id))!;
    await extendSearch(db, id, { planned: 4, more: 2, spec, trials: [], foldRuns }, 'rq_2');
    expect(await loadDecisionRequest(db, id)).toMatchObject({
      planned: 6,
      numbering: [{ proposal: 4, number: 5 }],
    });
    expect(await addOwnTrial(db, id, { ...trial!, note: null }, 'rq_3')).toBe(7);
  });

  test('come to nothing once the search is over; a cancel takes checkpoints with it', async () => {
    const id = await insertAdaptive();
    await runAll(id, Uint8Array.of(1));
    const { asked } = (await loadDecisionRequest(db, id))!;
    await cancelSearch(db, id);
    await applyDecisions(db, id, { ...nothing, foldRuns, asked, planned: 4, trials: proposed(2) });
    expect(await findSearch(db, id)).toMatchObject({
      status: 'cancelled',
      trialsToCome: 0,
      trials: { total: 2 },
    });
    expect(await loadCheckpoint(db, { search: id, trial: 0, repeat: 0, fold: 0 })).toBeNull();
  });
});
