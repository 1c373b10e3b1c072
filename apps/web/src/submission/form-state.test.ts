import { searchSpecSchema } from '@holdfast/contracts/search-spec';
import { describe, expect, it } from 'vitest';
import { emptyForm, readSpec, writeSpec } from './form-state.ts';
import { spaceFields } from './space-fields.ts';

const fields = spaceFields();
const through = (spec: Record<string, unknown>) => writeSpec(readSpec(spec, fields), fields);

describe('the form of a search', () => {
  it('is a data set alone where nothing else is filled in', () => {
    expect(writeSpec({ ...emptyForm, dataset: 'iris' }, fields)).toEqual({ dataset: 'iris' });
  });

  it('gives back the spec that it was filled from', () => {
    const specs = [
      { dataset: 'iris' },
      {
        name: 'first',
        tags: ['a', 'b'],
        dataset: 'iris',
        seed: 7,
        space: {
          hiddenLayers: [[32], [128, 64]],
          learningRate: { min: 0.001, max: 0.1, scale: 'log', points: 5 },
          optimizer: ['adam', 'sgd'],
          l2: [0, { min: 1e-6, max: 1e-2, scale: 'log' }],
        },
        strategy: { kind: 'random', trials: 30 },
        crossValidation: { kind: 'stratified', folds: 4, outer: { folds: 3 } },
        race: { kind: 'forgiving', lag: 4 },
        objective: { metric: 'f1' },
        earlyStopping: { patience: 10, monitor: 'loss' },
        limits: { maxSeconds: 60 },
        refit: { seeds: 3, keep: 'lowestTrainingLoss' },
      },
      { dataset: 'iris', space: [{ optimizer: 'sgd', momentum: [0, 0.9] }, { optimizer: 'adam' }] },
      { dataset: 'iris', strategy: { kind: 'list', trials: [{ epochs: 5 }, { learningRate: 0.1 }] } },
    ];
    for (const spec of specs) {
      expect(through(spec)).toEqual(spec);
      expect(searchSpecSchema.safeParse(through(spec)).success).toBe(true);
    }
  });

  it('sends what cannot be read as it was typed, for the service to refuse', () => {
    const form = { ...emptyForm, dataset: 'iris', seed: 'seven', limits: { maxTrials: 'many' } };
    expect(writeSpec(form, fields)).toEqual({
      dataset: 'iris',
      seed: 'seven',
      limits: { maxTrials: 'many' },
    });
  });
});
