import { createHash } from 'node:crypto';
import { canonicalJson } from '@holdfast/contracts/canonical-json';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { directionOf } from '@holdfast/contracts/metrics';
import type { Nested } from '@holdfast/contracts/nested';
import type { SearchState } from '@holdfast/contracts/states';
import { foldRows } from '@holdfast/core/splits/fold-rows';
import type { Database } from '@holdfast/db/open-database';
import { loadFoldAssignments, type OwnSearchRecord, type SearchRecord } from '@holdfast/db/searches';
import { loadTrialResults } from '@holdfast/db/trials';
import { nestedScore } from '@holdfast/search/nested/nested-score';
import type { Boards } from '../leaderboard/boards.ts';
import { LeastRecentlyUsed } from '../least-recently-used.ts';

type OuterFold = Nested['folds'][number];

const kept = 1000;

/** Tells what the searches nested in one have come to. What never changes any more is worked out once. */
export function createNestedDescriber({ database, boards }: { database: Database; boards: Boards }) {
  const choices = new LeastRecentlyUsed<{ chosen: OuterFold['chosen'] }>(kept);
  const rowsOf = new LeastRecentlyUsed<OuterFold['rows'][]>(kept);

  async function choiceOf({ id, status }: SearchRecord): Promise<OuterFold['chosen']> {
    if (status !== 'completed') return null;
    const before = choices.get(id);
    if (before) return before.chosen;
    const best = (await boards.rank({ search: id }))?.best ?? null;
    const [first] = (await boards.bestTrials({ search: id, count: 1 })) ?? [];
    const chosen =
      best === null || first === undefined
        ? null
        : {
            trial: first.trial,
            // An inner search is one of networks.
            params: first.params as Hyperparameters,
            innerScore: best.score,
          };
    choices.set(id, { chosen });
    return chosen;
  }

  async function countRows({ id, gap }: SearchRecord, folds: number): Promise<OuterFold['rows'][]> {
    const before = rowsOf.get(id);
    if (before) return before;
    const assignments = await loadFoldAssignments(database, id);
    const counted = Array.from({ length: folds }, (_, fold) => {
      const { trainingRows, validationRows } = foldRows(assignments, 0, fold, gap);
      return { training: trainingRows.length, validation: validationRows.length };
    });
    rowsOf.set(id, counted);
    return counted;
  }

  /** @param nested the inner searches by outer fold, then the one that scores */
  return async function describe(main: OwnSearchRecord, nested: readonly SearchRecord[]): Promise<Nested> {
    const inner = nested.slice(0, -1);
    const evaluation = nested.at(-1)!;
    const { metric } = main.spec.objective;
    const direction = directionOf(metric);
    const rows = await countRows(evaluation, inner.length);
    const results = await loadTrialResults(database, evaluation.id);
    const folds: OuterFold[] = [];
    for (const [fold, record] of inner.entries()) {
      const trial = results.find((result) => result.trial === fold);
      const run = trial?.folds[0];
      const outerScore = run?.validation?.[metric] ?? null;
      folds.push({
        fold,
        rows: rows[fold]!,
        innerSearch: { id: record.id, status: record.status, folds: record.folds },
        chosen: await choiceOf(record),
        outerScore,
        reason: outerScore === null ? (trial?.reason ?? run?.reason ?? null) : null,
      });
    }
    const { score, inner: optimism } = nestedScore(
      folds.map(({ chosen, outerScore }) => ({ innerScore: chosen?.innerScore ?? null, outerScore })),
      direction,
    );
    const status = statusOf(inner, evaluation);
    const digested = {
      status,
      metric,
      direction,
      folds: folds.map(({ innerSearch: _, ...fold }) => fold),
      score,
      inner: optimism,
    };
    return {
      search: main.id,
      status,
      reason: evaluation.reason,
      metric,
      direction,
      folds,
      score,
      inner: optimism,
      evaluation: evaluation.id,
      digest: `sha256:${createHash('sha256').update(canonicalJson(digested)).digest('hex')}`,
      updatedAt: new Date(Math.max(...nested.map(({ updatedAt }) => updatedAt.getTime()))).toISOString(),
    };
  };
}

/** What scores waits for the inner searches: that they have begun is what a client wants to know. */
function statusOf(inner: readonly SearchRecord[], { status }: SearchRecord): SearchState {
  return status === 'queued' && inner.some((one) => one.status !== 'queued') ? 'running' : status;
}
