import type { RevealedTrial } from '@holdfast/contracts/reveal';
import { expect, it } from 'vitest';
import { describeLadder, describeVerdict } from './describe-verdict.ts';

const trial: RevealedTrial = {
  trial: 3,
  parametersDigest: null,
  validation: { mean: 0.97, standardError: 0.01, corrected: 0.96 },
  test: { accuracy: 0.9, loss: 0.3, confusion: null, interval95: [0.8, 0.95], intervals95: {} },
  verdict: 'optimistic',
  reason: null,
};

it('sets the test beside the promise, without the luck of the winner where that is known', () => {
  expect(describeVerdict(trial, 'accuracy')).toBe(
    'Cross-validation promised more than the test allows: rely on the test. On the locked rows the accuracy is 0.9000 (95 % interval 0.8000 to 0.9500), where cross-validation had promised 0.9600 without the winner’s luck.',
  );
  const plain = { ...trial, validation: { ...trial.validation, corrected: null } };
  expect(describeVerdict(plain, 'accuracy')).toMatch(/had promised 0\.9700\.$/);
  expect(describeVerdict(trial, 'loss')).toContain('lower is better');
});

it('says where there is nothing to tell', () => {
  expect(describeVerdict({ ...trial, test: null }, 'accuracy')).toBe('The test gives no accuracy.');
  expect(describeVerdict(trial, 'auc')).toBe('The test gives no auc.');
});

it('tells the answer of a ladder, and nothing of a submission that is not better', () => {
  const leader = { reveal: 'rv_1', search: 'se_1', trial: 2 };
  expect(describeLadder({ score: 0.9, improved: true, leader })).toMatch(/shows this trial now.*0\.9000/);
  expect(describeLadder({ score: 0.9, improved: false, leader })).toMatch(/still shows.*0\.9000.*trial 2/);
  expect(describeLadder({ score: null, improved: false, leader: null })).toContain('no score yet');
});
