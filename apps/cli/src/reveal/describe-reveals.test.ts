import type { Reveal } from '@holdfast/contracts/reveal';
import { expect, test } from 'vitest';
import { describeReveals } from './describe-reveals.ts';

const reveal: Reveal = {
  id: 'rv_00000000000000000000',
  search: 'se_00000000000000000000',
  dataset: 'ds_00000000000000000000',
  status: 'completed',
  reason: null,
  protocol: 'reveal',
  metric: 'accuracy',
  trials: [
    {
      trial: 3,
      parametersDigest: 'sha256:0',
      validation: { mean: 0.97, standardError: 0.01, corrected: 0.96 },
      test: {
        accuracy: 0.9,
        loss: 0.3,
        confusion: [
          [9, 1],
          [1, 9],
        ],
        interval95: [0.7, 0.97],
        intervals95: { accuracy: [0.7, 0.97] },
      },
      verdict: 'consistent',
      reason: null,
    },
  ],
  opening: null,
  revealsUsed: 1,
  revealBudget: 2,
  ledgerEntry: 4,
  resultEntry: 5,
  createdAt: '2026-01-02T03:04:05.678Z',
  finishedAt: '2026-01-02T03:04:06.678Z',
};
const [trial] = reveal.trials;
const classes = { classes: ['a', 'long'] };

test('sets validation, test, verdict and the ledger one under the other', () => {
  expect(describeReveals([reveal], classes).split('\n')).toEqual([
    'Reveal rv_00000000000000000000 of 2026-01-02 03:04:05 UTC: completed',
    '',
    'Trial 3: consistent. The test agrees with what cross-validation promised.',
    'Validation accuracy 0.970 ± 0.010, 0.960 without the luck of being the best of many',
    '           test  95 % interval',
    '────────  ─────  ──────────────',
    'accuracy  0.900  0.700 to 0.970',
    'loss      0.300  –',
    'truth \\ predicted  a  long',
    '─────────────────  ─  ────',
    'a                  9     1',
    'long               1     9',
    'Tested model: sha256:0',
    '',
    'Ledger: the order is entry 4, its result entry 5. Of the rows’ budget of 2, 1 is used.',
  ]);
});

test('tells of what is under way, what failed, and of a ladder no more than it says', () => {
  const waiting = { ...trial!, parametersDigest: null, test: null, verdict: null };
  const failed = describeReveals(
    [{ ...reveal, status: 'failed', reason: 'The data set is gone.', trials: [waiting], resultEntry: null }],
    classes,
  );
  expect(failed).toContain('failed: The data set is gone.');
  expect(failed).toContain('Trial 3\nValidation');
  expect(failed).toContain('The order is entry 4. '.replace('The', 'the'));
  const leader = { reveal: reveal.id, search: reveal.search, trial: 1 };
  const ladder = describeReveals(
    [{ ...reveal, trials: [{ ...waiting, ladder: { score: 0.9, improved: false, leader } }] }],
    classes,
  );
  expect(ladder).toContain(`The ladder shows accuracy 0.900, still that of trial 1 of ${reveal.search}.`);
});
