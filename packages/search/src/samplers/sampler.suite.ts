import { hyperparametersSchema } from '@holdfast/contracts/hyperparameters';
import type { Space } from '@holdfast/contracts/space';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { containsTrial } from '../space/contains-trial.ts';
import type { Observation, Sampler } from './sampler.ts';

/** A score of a trial, as good as any: of its own values alone, and now and then none. */
function scoreOf(params: Observation['params']): number | null {
  if (params.batchSize === 'full') return null;
  const rate = params.learningRate;
  return -Math.abs(rate - 0.02) - params.hiddenLayers.length * 0.001;
}

/** What every sampler keeps. `create` makes one anew, for the same spec each time. */
export function samplerSuite(name: string, space: Space, create: () => Sampler): void {
  describe(`the ${name} sampler`, () => {
    const subspaces = Array.isArray(space) ? space : [space];
    const inOrder = create();
    const history: Observation[] = [];
    const expected = Array.from({ length: inOrder.trials }, (_, n) => {
      const params = inOrder.propose(n, history);
      history.push({ params, value: scoreOf(params) });
      return params;
    });

    test('proposes complete trials that lie in the space', () => {
      expect(expected.length).toBeGreaterThan(2);
      for (const trial of expected) {
        expect(hyperparametersSchema.parse(trial)).toEqual(trial);
        expect(subspaces.some((subspace) => containsTrial(subspace, trial))).toBe(true);
      }
    });

    test('looks at no trial within its lag, and misses none below it', () => {
      const lag = inOrder.lag;
      if (lag === undefined) {
        expect(inOrder.independent).toBeUndefined();
        return;
      }
      const sampler = create();
      for (const n of [inOrder.independent!, expected.length - 1]) {
        const changed = history.map(({ params, value }, k) => ({ params, value: k < n - lag ? value : 1e9 }));
        expect(sampler.propose(n, changed)).toEqual(expected[n]);
        expect(() => sampler.propose(n, history.slice(0, n - 1))).toThrow(RangeError);
      }
      for (let n = 0; n < inOrder.independent!; n++) expect(sampler.propose(n, history)).toEqual(expected[n]);
    });

    test('proposes by number and earlier results alone, whatever it was asked before', () => {
      const number = fc.integer({ min: 0, max: expected.length - 1 });
      fc.assert(
        fc.property(fc.array(number, { minLength: 1, maxLength: 10 }), (numbers) => {
          const sampler = create();
          expect(numbers.map((n) => sampler.propose(n, history))).toEqual(numbers.map((n) => expected[n]));
        }),
        { numRuns: 20 },
      );
    });

    test('refuses numbers that it has no trial for', () => {
      for (const n of [-1, 0.5, expected.length, Number.NaN])
        expect(() => create().propose(n)).toThrow(RangeError);
    });
  });
}
