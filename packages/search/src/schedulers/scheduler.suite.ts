import {
  resolvedSearchSpecSchema,
  type SearchSpecInput,
  searchSpecSchema,
} from '@holdfast/contracts/search-spec';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planTrials } from '../plan-trials.ts';
import { resolveSpec } from '../resolve-spec.ts';
import { decide } from './decide.ts';
import { isOpen } from './progress.ts';
import { createSearchPlan } from './search-plan.ts';
import { type SimulatedScore, simulateSearch } from './simulate-search.ts';

/** A score that differs by trial, fold and epochs; `null` now and then: a training that diverged. */
export const madeScore: SimulatedScore = ({ proposal, foldRun, epochs, params }) => {
  if (proposal % 13 === 12) return null;
  const hash = ((proposal * 2654435761) >>> 8) % 997;
  const noise = (((hash + 1) * (foldRun + 3) * 7919) % 101) / 2000;
  const rate = Math.abs(params.learningRate - 0.03);
  return Math.round((0.9 - rate - noise - 0.4 / (epochs + 1) + hash / 9970) * 1e6) / 1e6;
};

export function resolvedSpec(sent: Omit<SearchSpecInput, 'dataset'>) {
  const resolved = resolveSpec(searchSpecSchema.parse({ dataset: 'ds', ...sent }), {
    id: 'ds_00000000000000000001',
    task: 'classification',
    trainRows: 100,
    rowsPerClass: { a: 50, b: 50 },
    group: false,
    time: false,
  });
  if ('errors' in resolved) throw new Error(JSON.stringify(resolved.errors));
  return resolvedSearchSpecSchema.parse(resolved.spec);
}

/** What every strategy, with and without a race, keeps when its results arrive in any order from any number of workers. */
export function schedulerSuite(name: string, sent: Omit<SearchSpecInput, 'dataset'>): void {
  describe(`the schedule of ${name}`, () => {
    const spec = resolvedSpec(sent);
    const planned = planTrials(spec);
    if ('errors' in planned) throw new Error(JSON.stringify(planned.errors));
    const total = planned.trials.length + planned.trialsToCome;
    const plan = createSearchPlan(spec, total);
    const inOrder = simulateSearch(plan, madeScore, { workers: 1, seconds: () => 1, pick: () => 0 });

    test('ends, with every trial in one terminal state', () => {
      expect(inOrder.trials.length).toBeGreaterThan(0);
      expect(inOrder.trials.some(isOpen)).toBe(false);
      expect(inOrder.trials.some(({ status }) => status === 'completed')).toBe(true);
    });

    test('comes to the same on any number of workers, whatever the order of arrival', () => {
      fc.assert(
        fc.property(
          fc.integer({ min: 1, max: 40 }),
          fc.infiniteStream(fc.nat(1000)),
          fc.infiniteStream(fc.integer({ min: 1, max: 50 })),
          (workers, picks, seconds) => {
            const shuffled = simulateSearch(plan, madeScore, {
              workers,
              pick: (count) => picks.next().value! % count,
              seconds: () => seconds.next().value!,
            });
            expect(shuffled.trials).toEqual(inOrder.trials);
          },
        ),
        { numRuns: 40 },
      );
    });

    test('decides nothing anew about what is over', () => {
      const { proposals, grants, pruned, final } = decide(plan, inOrder.trials);
      expect({ proposals, grants, pruned, final }).toEqual({
        proposals: [],
        grants: [],
        pruned: [],
        final: true,
      });
    });

    test('has trials completed only with all fold runs of the last rung', () => {
      for (const trial of inOrder.trials.filter(({ status }) => status === 'completed')) {
        const last = trial.scores.at(-1)!;
        expect(last.filter((score) => score !== undefined)).toHaveLength(plan.foldRuns);
      }
    });
  });
}
