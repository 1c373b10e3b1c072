import { type ResolvedSearchSpec, searchSpecSchema } from '@holdfast/contracts/search-spec';
import { describe, expect, test } from 'vitest';
import { planTrials } from './plan-trials.ts';
import { resolveSpec } from './resolve-spec.ts';

const resolve = (spec: object): ResolvedSearchSpec => {
  const result = resolveSpec(searchSpecSchema.parse({ dataset: 'made', ...spec }), {
    id: 'ds_00000000000000000001',
    task: 'classification',
    trainRows: 1000,
    rowsPerClass: { a: 500, b: 500 },
    group: false,
    time: false,
  });
  if ('errors' in result) throw new Error(JSON.stringify(result.errors));
  return result.spec;
};
const plan = (spec: object) => {
  const result = planTrials(resolve(spec));
  if ('errors' in result) throw new Error(JSON.stringify(result.errors));
  return result;
};

describe('planTrials', () => {
  test('makes the trials and counts the fold runs', () => {
    const { trials, ...counts } = plan({ crossValidation: { kind: 'plain', folds: 3, repeats: 2 } });
    expect(trials).toHaveLength(20);
    expect(counts).toMatchObject({ foldRuns: 120, foldRunsPerTrial: 6, warnings: [] });
  });

  test.each([
    [{ kind: 'holdout', repeats: 4 }, 4],
    [{ kind: 'blocked', folds: 7 }, 7],
    [{ kind: 'stratified', folds: 4, repeats: 3 }, 12],
  ])('counts the folds of %j', (crossValidation, expected) => {
    expect(plan({ crossValidation }).foldRunsPerTrial).toBe(expected);
  });

  test('says how large a grid is that is too large', () => {
    const points = { min: 0.1, max: 0.9, points: 1000 };
    const space = { hiddenLayers: [[8]], learningRate: points, decay: points, l1: points, l2: points };
    expect(planTrials(resolve({ space }))).toEqual({
      errors: [
        {
          pointer: '/space',
          message: expect.stringMatching(/^The grid has 1,000,000,000,000 trials; .* 100,000\. .*random/),
        },
      ],
    });
  });

  test('says of a union that shared points are counted twice', () => {
    const l2 = { min: 0.1, max: 0.9, points: 60_000 };
    const space = [{ l2 }, { l2 }].map((part) => ({ ...part, learningRate: 0.1, hiddenLayers: [[8]] }));
    const message = expect.stringContaining('up to 120,000 trials');
    expect(planTrials(resolve({ space }))).toEqual({ errors: [{ pointer: '/space', message }] });
  });

  test('says how many fold runs are too many', () => {
    const spec = {
      strategy: { kind: 'random', trials: 50_000 },
      crossValidation: { kind: 'plain', repeats: 5 },
    };
    expect(planTrials(resolve(spec))).toEqual({
      errors: [{ pointer: '/crossValidation', message: expect.stringContaining('1,250,000 fold runs') }],
    });
    expect(planTrials(resolve({ strategy: { kind: 'random', trials: 100_001 } }))).toMatchObject({
      errors: [{ pointer: '/strategy/trials' }],
    });
  });

  test('makes no more than maxTrials, also of a grid too large to make', () => {
    const points = { min: 0.1, max: 0.9, points: 1000 };
    const space = { learningRate: points, decay: points, l1: points, l2: points };
    const { trials, warnings } = plan({ space, limits: { maxTrials: 3 } });
    expect(trials).toHaveLength(3);
    expect(warnings).toEqual([{ code: 'maxTrials', message: expect.stringContaining('first 3') }]);
    expect(plan({ limits: { maxTrials: 20 } }).warnings).toEqual([]);
  });

  test('warns of points that spaces share and of draws that repeat', () => {
    const fixed = { learningRate: 0.1, hiddenLayers: [[8]] };
    const union = plan({
      space: [
        { ...fixed, l2: [0, 1] },
        { ...fixed, l1: [0, 1] },
      ],
    });
    expect(union.trials).toHaveLength(3);
    expect(union.warnings.map(({ code }) => code)).toEqual(['sharedPoints']);
    const draws = plan({ space: fixed, strategy: { kind: 'random', trials: 3 } });
    expect(draws.warnings.map(({ code }) => code)).toEqual(['repeatedTrials']);
  });

  test('proposes the same trials for the same spec, others for another seed', () => {
    expect(plan({ seed: 1 }).trials).toEqual(plan({ seed: 1 }).trials);
    expect(plan({ seed: 1 }).trials).not.toEqual(plan({ seed: 2 }).trials);
  });
});
