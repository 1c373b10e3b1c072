import { HttpError } from '@holdfast/client/http-error';
import { expect, test } from 'vitest';
import { suggestedMends } from './suggested-mends.ts';

const refused = (...errors: { pointer: string; message: string; suggestion?: object }[]) =>
  new HttpError({ type: 't', title: 't', status: 422, detail: 'd', errors });
const id = {
  pointer: '',
  message: 'Column 1 ("id"): 300 different texts; at most half. Names and ids tell nothing.',
  suggestion: { drop: ['id'] },
};

test('are those that the service names, each with its reason', () => {
  const empty = {
    pointer: '',
    message: 'Line 3, column 2 ("c"): The cell is empty. Give every row a target.',
  };
  const other = { ...empty, suggestion: { rowsWithoutTarget: 'leaveOut' } };
  expect(suggestedMends(refused(id, other))).toEqual([
    { drop: ['id'], leaveOutRows: false, reason: 'Column 1 ("id"): 300 different texts' },
    { drop: [], leaveOutRows: true, reason: 'Line 3, column 2 ("c"): The cell is empty' },
  ]);
});

test('are none where that would not mend it all', () => {
  expect(suggestedMends(refused(id, { pointer: '/target', message: 'Unknown.' }))).toEqual([]);
  expect(suggestedMends(refused())).toEqual([]);
  expect(suggestedMends(new Error('broken'))).toEqual([]);
});
