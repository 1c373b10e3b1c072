import { referenceEngine } from '@holdfast/core/kernels/reference';
import { expect, test } from 'vitest';
import { digestTraining, knownDigest } from './self-check.ts';

test('the known digest is that of the reference engine', () => {
  expect(digestTraining(referenceEngine)).toBe(knownDigest);
});
