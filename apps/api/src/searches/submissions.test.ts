import { searchSpecSchema } from '@holdfast/contracts/search-spec';
import { expect, test } from 'vitest';
import { roughTrials } from './submissions.ts';

const rough = (spec: object) => roughTrials(searchSpecSchema.parse({ dataset: 'iris', ...spec }));

test.each([
  [{}, 1],
  [{ strategy: { kind: 'random', trials: 10_000 } }, 10_000],
  [{ strategy: { kind: 'tpe', trials: 700 }, limits: { maxTrials: 30 } }, 30],
  [
    { space: { learningRate: { min: 0.1, max: 1, points: 40 }, l2: [0, { min: 0.1, max: 1, points: 30 }] } },
    1240,
  ],
  [{ space: [{ epochs: [1, 2] }, { epochs: [3, 4, 5] }] }, 5],
  [{ strategy: { kind: 'list', trials: [{ epochs: 1 }, { epochs: 2 }] } }, 2],
])('%j asks for about %i trials', (spec, trials) => {
  expect(rough(spec)).toBe(trials);
});
