import { HttpError, UnreachableError } from '@holdfast/client/http-error';
import { expect, test } from 'vitest';
import { explainFailure } from './explain-failure.ts';
import { NotFoundError } from './not-found-error.ts';
import { UsageError } from './usage-error.ts';

const answer = (
  status: number,
  errors?: { pointer: string; message: string }[],
  detail: string = 'Not so.',
) => new HttpError({ type: 'about:blank', title: 'No', status, detail, ...(errors && { errors }) });

test.each([
  [new UsageError('no such file'), 2, 'no such file'],
  [new UnreachableError('http://127.0.0.1:1', null), 3, '--url or HOLDFAST_URL'],
  [answer(503), 3, 'doctor'],
  [answer(401), 4, 'HOLDFAST_KEY'],
  [answer(404, undefined, 'There is no search x.'), 5, 'searches list'],
  [answer(404, undefined, 'There is no data set x.'), 5, 'datasets list'],
  [answer(404, undefined, 'There is no model x.'), 5, 'no model x.'],
  [new NotFoundError('No such key.'), 5, 'No such key.'],
  [answer(422, [{ pointer: '/space/epochs', message: 'must be a number' }]), 6, '/space/epochs: must be'],
  [answer(500), 1, 'Not so.'],
  [new Error('odd'), 1, 'odd'],
])('%s is exit code %i and names the way out', (error, code, words) => {
  expect(explainFailure(error).code).toBe(code);
  expect(explainFailure(error).message).toContain(words);
});
