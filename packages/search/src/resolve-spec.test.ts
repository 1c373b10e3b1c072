import { resolvedSearchSpecSchema, searchSpecSchema } from '@holdfast/contracts/search-spec';
import { describe, expect, test } from 'vitest';
import type { DatasetFacts } from './dataset-facts.ts';
import { planTrials } from './plan-trials.ts';
import { resolveSpec } from './resolve-spec.ts';

const iris: DatasetFacts = {
  id: 'ds_00000000000000000001',
  name: 'iris',
  task: 'classification',
  trainRows: 120,
  rowsPerClass: { setosa: 40, versicolor: 40, virginica: 40 },
  group: false,
  time: false,
};
const prices: DatasetFacts = { ...iris, name: 'prices', task: 'regression', rowsPerClass: {} };

const resolve = (spec: object, dataset = iris) =>
  resolveSpec(searchSpecSchema.parse({ dataset: 'iris', ...spec }), dataset);
const resolved = (spec: object, dataset = iris) => {
  const result = resolve(spec, dataset);
  if ('errors' in result) throw new Error(JSON.stringify(result.errors));
  return result;
};
const errorsOf = (spec: object, dataset = iris) => {
  const result = resolve(spec, dataset);
  return 'errors' in result ? result.errors : [];
};
const pointers = (spec: object, dataset = iris) => errorsOf(spec, dataset).map(({ pointer }) => pointer);

describe('resolveSpec', () => {
  test('makes a search of the data set alone', () => {
    const { spec, warnings } = resolved({});
    expect(spec).toMatchObject({
      name: 'random search on iris',
      dataset: iris.id,
      seed: 0,
      space: { optimizer: 'adam', hiddenLayers: [[32], [64], [128]] },
      strategy: { kind: 'random', trials: 20 },
      crossValidation: { kind: 'stratified', folds: 5, repeats: 1, seed: expect.any(Number) },
      objective: { metric: 'accuracy' },
    });
    expect(warnings).toEqual([]);
    expect(resolvedSearchSpecSchema.parse(spec)).toEqual(spec);
  });

  test.each([
    ['nothing', undefined, 'random'],
    ['an empty space', {}, 'random'],
    ['fixed values', { epochs: 10 }, 'grid'],
    ['choices and points', { l2: [0, { min: 0.1, max: 1, points: 2 }], hiddenLayers: [[8]] }, 'grid'],
    ['a range without points', { l2: [0, { min: 0.1, max: 1 }] }, 'random'],
    ['a union with such a range', [{ epochs: 10 }, { l2: { min: 0, max: 1 } }], 'random'],
  ])('chooses a strategy for %s', (_, space, kind) => {
    expect(resolved({ space }).spec.strategy.kind).toBe(kind);
  });

  test.each([
    ['regression', prices, { kind: 'plain', folds: 5 }, 'mse'],
    ['groups', { ...iris, group: true, groups: 9 }, { kind: 'grouped', folds: 5 }, 'accuracy'],
    ['time', { ...iris, time: true }, { kind: 'blocked', folds: 5, gap: 0 }, 'accuracy'],
    ['binary outputs', { ...iris, task: 'binary' as const }, { kind: 'stratified' }, 'accuracy'],
  ])('chooses folds and a metric for %s', (_, dataset, crossValidation, metric) => {
    expect(resolved({}, dataset).spec).toMatchObject({ crossValidation, objective: { metric } });
  });

  test('names a search unless it is named, within the length of a name', () => {
    expect(resolved({ name: 'mine' }).spec.name).toBe('mine');
    expect(resolved({ space: { epochs: 1 } }).spec.name).toBe('grid search on iris');
    expect(resolved({}, { ...iris, name: 'x'.repeat(200) }).spec.name).toBe('random search');
  });

  test("derives the seed of the folds from the search's, unless it is given", () => {
    const seedOf = (spec: object) => (resolved(spec).spec.crossValidation as { seed?: number }).seed;
    expect(seedOf({ seed: 1 })).toBe(seedOf({ seed: 1 }));
    expect(seedOf({ seed: 1 })).not.toBe(seedOf({ seed: 2 }));
    expect(Number.isSafeInteger(seedOf({ seed: 1 }))).toBe(true);
    expect(seedOf({ crossValidation: { kind: 'plain', seed: 5 } })).toBe(5);
  });

  test.each([
    ['all defaults', {}],
    ['a union by optimizer', { space: { optimizer: ['sgd', 'adam'] } }],
    ['replaced names', { space: { units: 8, finalLearningRate: 0.1, l2Weights: 0.1, l2Biases: 0 } }],
    [
      'a list',
      {
        strategy: { kind: 'list', trials: [{ finalLearningRate: 0.5, l1Weights: 1 }, { optimizer: 'sgd' }] },
      },
    ],
    ['a list of odd networks', { strategy: { kind: 'list', trials: [{ hiddenLayers: [], dropout: 0.1 }] } }],
  ])('resolves a resolved spec to itself: %s', (_, sent) => {
    const { spec } = resolved(sent);
    expect(resolved(JSON.parse(JSON.stringify(spec))).spec).toEqual(spec);
  });

  test.each([
    ['a metric of another task', { objective: { metric: 'r2' } }, iris, '/objective/metric'],
    ['groups that are not there', { crossValidation: { kind: 'grouped' } }, iris, '/crossValidation/kind'],
    [
      'shuffled time',
      { crossValidation: { kind: 'plain' } },
      { ...iris, time: true },
      '/crossValidation/kind',
    ],
    [
      'a shuffled part of time',
      { crossValidation: { kind: 'holdout' } },
      { ...iris, time: true },
      '/crossValidation/kind',
    ],
    [
      'more folds than rows of a class',
      { crossValidation: { kind: 'stratified', folds: 41 } },
      iris,
      '/crossValidation/folds',
    ],
    [
      'more folds than rows',
      { crossValidation: { kind: 'plain', folds: 121 } },
      iris,
      '/crossValidation/folds',
    ],
    ['more folds than groups', {}, { ...iris, group: true, groups: 4 }, '/dataset'],
    [
      'too small a part held out',
      { crossValidation: { kind: 'holdout', fraction: 0.001 } },
      iris,
      '/crossValidation/fraction',
    ],
    [
      'too large a part held out',
      { crossValidation: { kind: 'holdout', fraction: 0.999 } },
      iris,
      '/crossValidation/fraction',
    ],
    ['a gap without end', { crossValidation: { kind: 'blocked', gap: 60 } }, iris, '/crossValidation/gap'],
    ['too small an inner split', { earlyStopping: { fraction: 0.001 } }, iris, '/earlyStopping/fraction'],
    ['balanced regression', { space: { classWeights: ['none', 'balanced'] } }, prices, '/space/classWeights'],
    [
      'balanced regression in a union',
      { space: [{}, { classWeights: 'balanced' }] },
      prices,
      '/space/1/classWeights',
    ],
    [
      'balanced regression in a list',
      { strategy: { kind: 'list', trials: [{}, { classWeights: 'balanced' }] } },
      prices,
      '/strategy/trials/1/classWeights',
    ],
    ['a space that makes no sense', { space: { beta1: [0.9, 1] } }, iris, '/space/beta1/1'],
    [
      'a grid of a range',
      { space: { decay: { min: 0, max: 1 } }, strategy: { kind: 'grid' } },
      iris,
      '/space/decay',
    ],
  ])('reports %s', (_, spec, dataset, pointer) => {
    expect(new Set(pointers(spec, dataset))).toEqual(new Set([pointer]));
  });

  test('names the class that is too small for the default folds', () => {
    const small = { ...iris, rowsPerClass: { ...iris.rowsPerClass, setosa: 4 } };
    expect(errorsOf({}, small)).toEqual([
      { pointer: '/dataset', message: expect.stringMatching(/"setosa" has 4 .* 5 folds/) },
    ]);
  });

  test('wants both values of a binary output in every fold', () => {
    const binary = { ...iris, task: 'binary' as const, rowsPerClass: { indoors: 116, person: 60 } };
    expect(errorsOf({}, binary)).toMatchObject([
      { message: expect.stringContaining('The value 0 of "indoors" has 4') },
    ]);
  });

  test('takes a gap that leaves some row to train on, whatever the block', () => {
    const gaps = (folds: number, gap: number) =>
      pointers({ crossValidation: { kind: 'blocked', folds, gap } });
    // Two blocks of 60 have a neighbour on one side alone; the middle one of three has 40 rows on either side.
    expect([gaps(2, 59), gaps(2, 60)]).toEqual([[], ['/crossValidation/gap']]);
    expect([gaps(3, 39), gaps(3, 40)]).toEqual([[], ['/crossValidation/gap']]);
  });

  test('reports all that is wrong at once', () => {
    const spec = { space: { beta1: 1 }, objective: { metric: 'mse' }, crossValidation: { kind: 'grouped' } };
    expect(pointers(spec)).toEqual(['/space/beta1', '/crossValidation/kind', '/objective/metric']);
  });

  test('lets time be shuffled when told to, and warns', () => {
    const spec = { crossValidation: { kind: 'plain' }, allowLeak: true };
    expect(resolved(spec, { ...iris, time: true }).warnings.map(({ code }) => code)).toEqual([
      'timeShuffled',
    ]);
  });

  test('warns of groups that are divided and hyperparameters that do not apply', () => {
    const spec = { crossValidation: { kind: 'plain' }, space: { momentum: 0.9, epochs: 5 } };
    const codes = resolved(spec, { ...iris, group: true }).warnings.map(({ code }) => code);
    expect(codes).toEqual(['doesNotApply', 'groupsDivided']);
  });
});

describe('a list of trials', () => {
  const list = (trials: object[], space?: object) => ({ space, strategy: { kind: 'list', trials } });
  const first = (spec: object) => {
    const plan = planTrials(resolved(spec).spec);
    if ('errors' in plan) throw new Error(JSON.stringify(plan.errors));
    return plan.trials[0];
  };

  test('has the defaults of what a trial does not name', () => {
    expect(first(list([{}]))).toMatchObject({
      optimizer: 'adam',
      learningRate: 0.01,
      hiddenLayers: [64],
      beta1: 0.9,
    });
    expect(first(list([{ optimizer: 'sgd' }]))).toMatchObject({ learningRate: 0.1, momentum: 0 });
    expect(first(list([{ finalLearningRate: 0.1 }]))).not.toHaveProperty('decay');
  });

  test('takes what the space fixes', () => {
    const space = { units: 8, layers: 2, epochs: 7, optimizer: ['sgd'], finalLearningRate: 0.2 };
    expect(first(list([{}], space))).toMatchObject({
      hiddenLayers: [8, 8],
      epochs: 7,
      optimizer: 'sgd',
      finalLearningRate: 0.2,
    });
    expect(first(list([{ decay: 0.1 }], space))).not.toHaveProperty('finalLearningRate');
    expect(first(list([{ hiddenLayers: [] }], space))).toMatchObject({ hiddenLayers: [] });
  });

  test.each([
    [
      'does not say what the space varies',
      list([{}, { epochs: 1 }], { epochs: [1, 2] }),
      '/strategy/trials/0',
    ],
    [
      'has decay and finalLearningRate',
      list([{ decay: 0, finalLearningRate: 0.1 }]),
      '/strategy/trials/0/finalLearningRate',
    ],
    ['has an l2 without effect', list([{ l2: 1, l2Weights: 1, l2Biases: 1 }]), '/strategy/trials/0/l2'],
    [
      'has shares for another depth',
      list([{ dropout: { perLayer: [0.1, 0.1] } }]),
      '/strategy/trials/0/dropout/perLayer',
    ],
    ['stands beside a union', { space: [{}], strategy: { kind: 'list', trials: [{}] } }, '/space'],
  ])('is refused when it %s', (_, spec, pointer) => {
    expect(pointers(spec)).toEqual([pointer]);
  });

  test('warns of what has no effect', () => {
    const { spec, warnings } = resolved(list([{}, { momentum: 0.5 }, { hiddenLayers: [], dropout: 0.5 }]));
    expect(warnings.map(({ message }) => message)).toEqual([
      'momentum has no effect in trial 1 of the list and is left out there.',
      'dropout has no effect in trial 2 of the list and is left out there.',
    ]);
    expect(spec.strategy).toMatchObject({ trials: [{}, {}, { dropout: 0 }] });
  });
});
