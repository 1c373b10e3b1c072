import { hyperparametersSchema } from '@holdfast/contracts/hyperparameters';
import type { Space } from '@holdfast/contracts/space';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { containsTrial } from '../space/contains-trial.ts';
import type { Sampler } from './sampler.ts';

/** What every sampler keeps. `create` makes one anew, for the same spec each time. */
export function samplerSuite(name: string, space: Space, create: () => Sampler): void {
  describe(`the ${name} sampler`, () => {
    const subspaces = Array.isArray(space) ? space : [space];
    const inOrder = create();
    const expected = Array.from({ length: inOrder.trials }, (_, n) => inOrder.propose(n));

    test('proposes complete trials that lie in the space', () => {
      expect(expected.length).toBeGreaterThan(2);
      for (const trial of expected) {
        expect(hyperparametersSchema.parse(trial)).toEqual(trial);
        expect(subspaces.some((subspace) => containsTrial(subspace, trial))).toBe(true);
      }
    });

    test('proposes by number alone, whatever it was asked before', () => {
      const number = fc.integer({ min: 0, max: expected.length - 1 });
      fc.assert(
        fc.property(fc.array(number, { minLength: 1, maxLength: 10 }), (numbers) => {
          const sampler = create();
          expect(numbers.map((n) => sampler.propose(n))).toEqual(numbers.map((n) => expected[n]));
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
