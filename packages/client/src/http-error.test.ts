import { expect, test } from 'vitest';
import { HttpError } from './http-error.ts';

const problem = { type: 'about:blank', title: 'No', status: 422 };

test.each([
  ['Too many.', undefined, 'Too many.'],
  ['No column "x".', [{ pointer: '/target', message: 'No column "x".' }], '/target: No column "x".'],
  ['Not valid: /a: must be 1', [{ pointer: '/a', message: 'must be 1' }], 'Not valid: /a: must be 1'],
  [
    'Not valid (and 1 more)',
    [
      { pointer: '/a', message: 'must be 1' },
      { pointer: '', message: 'is empty' },
    ],
    'Not valid (and 1 more)\n  /a: must be 1\n  is empty',
  ],
  [
    'Line 3: empty. Line 4: "x" is no number.',
    [
      { pointer: '', message: 'Line 3: empty.' },
      { pointer: '', message: 'Line 4: "x" is no number.' },
    ],
    'Line 3: empty. Line 4: "x" is no number.',
  ],
])('says each place once: %s', (detail, errors, words) => {
  expect(new HttpError({ ...problem, detail, ...(errors && { errors }) }).message).toBe(words);
});
