import { type ResolvedSearchSpec, searchSpecSchema } from '@holdfast/contracts/search-spec';
import { describe, expect, test } from 'vitest';
import type { DatasetFacts } from '../dataset-facts.ts';
import { planTrials } from '../plan-trials.ts';
import { resolveSpec } from '../resolve-spec.ts';
import { evaluationSpec, innerSpec, outerCrossValidation } from './nest-spec.ts';
import { nestedScore } from './nested-score.ts';

const iris: DatasetFacts = {
  id: 'ds_00000000000000000001',
  name: 'iris',
  task: 'classification',
  trainRows: 120,
  rowsPerClass: { setosa: 40, versicolor: 40, virginica: 40 },
  group: false,
  time: false,
};
const stratified = (folds: number, outer: number) => ({
  crossValidation: { kind: 'stratified', folds, outer: { folds: outer } },
});
const resolve = (spec: object, dataset = iris) =>
  resolveSpec(searchSpecSchema.parse({ dataset: 'iris', ...spec }), dataset);
function resolved(spec: object, dataset = iris): ResolvedSearchSpec {
  const result = resolve(spec, dataset);
  if ('errors' in result) throw new Error(JSON.stringify(result.errors));
  return result.spec;
}

describe('nested specs', () => {
  test('give each inner search seeds of its own, and no outer folds', () => {
    const spec = resolved(stratified(5, 4));
    const inner = [0, 1, 2, 3].map((fold) => innerSpec(spec, fold));
    const seeds = [spec, ...inner, evaluationSpec(spec, spec.crossValidation)].map(({ seed }) => seed);
    expect(new Set(seeds).size).toBe(6);
    const foldSeeds = [spec, ...inner].map(
      ({ crossValidation }) => (crossValidation as { seed: number }).seed,
    );
    expect(new Set(foldSeeds).size).toBe(5);
    for (const one of inner) expect(one.crossValidation.outer).toBeUndefined();
    expect(innerSpec(spec, 2)).toEqual(inner[2]);
    expect(inner[2]!.name).toBe('random search on iris, without outer fold 2');
  });

  test('divide outside as inside: no repeats, in time in blocks, around a holdout in folds', () => {
    const outerOf = (crossValidation: object, dataset = iris) =>
      outerCrossValidation(resolved({ crossValidation }, dataset).crossValidation, dataset.task);
    const outer = { folds: 4 };
    expect(outerOf({ kind: 'plain', folds: 3, repeats: 2, outer })).toMatchObject({
      kind: 'plain',
      folds: 4,
      repeats: 1,
    });
    expect(outerOf({ kind: 'blocked', folds: 3, gap: 2, outer }, { ...iris, time: true })).toEqual({
      kind: 'blocked',
      folds: 4,
      gap: 2,
    });
    expect(outerOf({ kind: 'holdout', outer })).toMatchObject({ kind: 'stratified', folds: 4 });
    const prices: DatasetFacts = { ...iris, task: 'regression', rowsPerClass: {} };
    expect(outerOf({ kind: 'holdout', outer }, prices)).toMatchObject({ kind: 'plain', folds: 4 });
    expect(outerOf({ kind: 'plain' })).toBeNull();
  });

  test('count one search for each outer fold, and what scores them', () => {
    const spec = resolved({ ...stratified(3, 4), strategy: { kind: 'random', trials: 10 } });
    expect(planTrials(spec)).toMatchObject({ foldRuns: 30, nestedFoldRuns: 4 * (30 + 1) });
    const large = resolved({ ...stratified(5, 4), strategy: { kind: 'random', trials: 50_000 } });
    expect(planTrials(large)).toEqual({
      errors: [
        { pointer: '/crossValidation/outer/folds', message: expect.stringContaining('1,250,000 fold runs') },
      ],
    });
  });

  test.each([
    ['too few rows of a class for the outer folds', stratified(2, 41), '/crossValidation/outer/folds'],
    ['too few left for the inner folds', stratified(31, 4), '/crossValidation/folds'],
    [
      'a warm start, which has seen the outer folds',
      {
        ...stratified(5, 5),
        strategy: { kind: 'tpe', warmStart: ['se_00000000000000000001'] },
      },
      '/strategy/warmStart',
    ],
    ['a limit of seconds', { ...stratified(5, 5), limits: { maxSeconds: 60 } }, '/limits/maxSeconds'],
  ])('are refused with %s', (_, spec, pointer) => {
    const result = resolve(spec);
    expect('errors' in result && result.errors.map((error) => error.pointer)).toContain(pointer);
  });
});

describe('nestedScore', () => {
  test('has mean, deviation and standard error over outer folds, and how much more the inner ones promised', () => {
    const folds = [
      { innerScore: 0.75, outerScore: 0.5 },
      { innerScore: 0.5, outerScore: 0.25 },
    ];
    expect(nestedScore(folds, 'maximize')).toEqual({
      score: { mean: 0.375, std: Math.sqrt(1 / 32), standardError: Math.sqrt(1 / 64) },
      inner: { mean: 0.625, optimism: 0.25 },
    });
    expect(nestedScore(folds, 'minimize').inner.optimism).toBe(-0.25);
  });

  test('says nothing as long as a fold is missing', () => {
    const folds = [
      { innerScore: 0.75, outerScore: 0.5 },
      { innerScore: 0.5, outerScore: null },
    ];
    expect(nestedScore(folds, 'maximize')).toEqual({
      score: { mean: null, std: null, standardError: null },
      inner: { mean: 0.625, optimism: null },
    });
  });
});
