import { type ExternalSpecInput, externalSpecSchema } from '@holdfast/contracts/external-spec';
import type { FreeParams } from '@holdfast/contracts/free-space';
import { describe, expect, test } from 'vitest';
import { planTrials } from './plan-trials.ts';
import { resolveExternalSpec } from './resolve-external-spec.ts';
import { createSearchPlan } from './schedulers/search-plan.ts';
import { varied } from './varied-hyperparameters.ts';

const least: ExternalSpecInput = {
  trainer: 'external',
  rows: 40,
  objective: { metric: 'rmse', direction: 'minimize' },
};

function resolve(sent: Partial<ExternalSpecInput>) {
  const resolved = resolveExternalSpec(externalSpecSchema.parse({ ...least, ...sent }));
  if ('errors' in resolved) throw new Error(JSON.stringify(resolved.errors));
  return resolved.spec;
}

function trialsOf(sent: Partial<ExternalSpecInput>): FreeParams[] {
  const plan = planTrials(resolve(sent));
  if ('errors' in plan) throw new Error(JSON.stringify(plan.errors));
  return plan.trials as FreeParams[];
}

describe('resolveExternalSpec', () => {
  test('fills in what is left out, and resolves to itself', () => {
    const spec = resolve({ space: { depth: { min: 1, max: 8, integer: true } } });
    expect(spec).toMatchObject({
      strategy: { kind: 'random', trials: 20 },
      crossValidation: { kind: 'plain', folds: 5, repeats: 1, seed: expect.any(Number) },
      objective: { metric: 'rmse', direction: 'minimize', rowScores: 'mean' },
    });
    expect(resolveExternalSpec(spec)).toMatchObject({ spec });
    expect(resolve({ objective: { metric: 'accuracy' } }).objective.direction).toBe('maximize');
    expect(resolve({ space: { depth: [1, 2] } }).strategy).toEqual({ kind: 'grid' });
  });

  test('takes rows, folds and warnings from a stored data set, and resolves to itself with it', () => {
    const facts = {
      id: 'ds_1',
      name: 'walks',
      task: 'regression' as const,
      trainRows: 30,
      rowsPerClass: {},
      group: false,
      time: true,
    };
    const { rows: _, ...stored } = { ...least, dataset: 'walks' };
    const resolved = resolveExternalSpec(externalSpecSchema.parse(stored), facts);
    expect(resolved).toMatchObject({
      spec: { dataset: 'ds_1', rows: 30, crossValidation: { kind: 'blocked', folds: 5 } },
    });
    if ('errors' in resolved) throw new Error('It has errors.');
    expect(resolveExternalSpec(resolved.spec, facts)).toEqual(resolved);
    const shuffled = { ...stored, crossValidation: { kind: 'plain' as const } };
    expect(resolveExternalSpec(externalSpecSchema.parse(shuffled), facts)).toMatchObject({
      errors: [{ pointer: '/crossValidation/kind' }],
    });
    expect(
      resolveExternalSpec(externalSpecSchema.parse({ ...shuffled, allowLeak: true }), facts),
    ).toMatchObject({ warnings: [{ code: 'timeShuffled' }] });
  });

  test('lets halving and hyperband share out the resource', () => {
    const spec = resolve({ strategy: { kind: 'hyperband' }, resource: { name: 'trees', max: 9 } });
    const { brackets } = createSearchPlan(spec, (spec.strategy as { trials: number }).trials);
    expect(brackets.map(({ rungs }) => rungs.map(({ untilEpoch }) => untilEpoch))).toEqual([
      [1, 3, null],
      [3, null],
      [null],
    ]);
  });
});

describe('trials of a free space', () => {
  test('nest in the order written, whatever the names, and hold what was written', () => {
    const space = { momentum: [0, 0.9], hiddenLayers: 'many', dropout: [[1, 2], null] };
    expect(trialsOf({ space })).toEqual([
      { momentum: 0, hiddenLayers: 'many', dropout: [1, 2] },
      { momentum: 0, hiddenLayers: 'many', dropout: null },
      { momentum: 0.9, hiddenLayers: 'many', dropout: [1, 2] },
      { momentum: 0.9, hiddenLayers: 'many', dropout: null },
    ]);
    expect(varied(resolve({ space }), [])).toEqual(['momentum', 'dropout']);
  });

  test.each(['random', 'sobol'] as const)('are drawn by %s within their ranges', (kind) => {
    const trials = trialsOf({
      space: { depth: { min: 2, max: 4, integer: true }, units: { min: 0.1, max: 10, scale: 'log' } },
      strategy: { kind, trials: 64 },
    });
    expect(new Set(trials.map(({ depth }) => depth))).toEqual(new Set([2, 3, 4]));
    for (const { units } of trials) expect(units as number).toBeGreaterThanOrEqual(0.1);
    expect(Math.min(...trials.map(({ units }) => units as number))).toBeLessThan(1);
  });

  test('come nearer to the best by tpe than by chance', () => {
    const spec = resolve({
      space: { x: { min: 0, max: 1 }, layers: ['a', 'b'] },
      strategy: { kind: 'tpe', trials: 60, lag: 0 },
    });
    const { sampler } = createSearchPlan(spec, 60);
    const seen: { params: FreeParams; value: number }[] = [];
    for (let n = 0; n < 60; n++) {
      const params = sampler.propose(n, seen) as FreeParams;
      seen.push({
        params,
        value: -Math.abs((params['x'] as number) - 0.7) - (params['layers'] === 'a' ? 1 : 0),
      });
    }
    const late = seen.slice(30).filter(({ params }) => params['layers'] === 'b');
    expect(late.length).toBeGreaterThan(20);
    const away = late.map(({ params }) => Math.abs((params['x'] as number) - 0.7)).sort((a, b) => a - b);
    expect(away[Math.floor(away.length / 2)]).toBeLessThan(0.1);
  });

  test('of a list have what the space fixes', () => {
    const strategy = { kind: 'list' as const, trials: [{ depth: 3 }, { depth: 5, criterion: 'mae' }] };
    expect(trialsOf({ space: { depth: [1, 2], criterion: 'mse' }, strategy })).toEqual([
      { depth: 3, criterion: 'mse' },
      { depth: 5, criterion: 'mae' },
    ]);
  });
});
