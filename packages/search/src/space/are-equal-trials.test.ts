import { canonicalJson } from '@holdfast/contracts/canonical-json';
import { spaceSchema } from '@holdfast/contracts/space';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandomSampler } from '../samplers/random.ts';
import { gridSpaces } from './arbitrary-spaces.suite.ts';
import { areEqualTrials } from './are-equal-trials.ts';
import { fillDefaults } from './fill-defaults.ts';

test('trials are equal where their canonical JSON is', () => {
  fc.assert(
    fc.property(gridSpaces, fc.nat(), (sent, seed) => {
      const sampler = createRandomSampler(fillDefaults(spaceSchema.parse(sent)), seed, 8);
      const trials = Array.from({ length: 8 }, (_, n) => sampler.propose(n));
      for (const a of trials) {
        for (const b of [...trials, structuredClone(a)]) {
          expect(areEqualTrials(a, b)).toBe(canonicalJson(a) === canonicalJson(b));
        }
      }
    }),
  );
});
