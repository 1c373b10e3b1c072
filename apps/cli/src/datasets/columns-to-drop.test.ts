import { HttpError } from '@holdfast/client/http-error';
import { expect, test } from 'vitest';
import { columnsToDrop } from './columns-to-drop.ts';

const refused = (...errors: { pointer: string; message: string; suggestion?: { drop: string[] } }[]) =>
  new HttpError({ type: 't', title: 't', status: 422, detail: 'd', errors });
const id = {
  pointer: '',
  message: 'Column 1 ("id"): 300 different texts; at most half. Names and ids tell nothing.',
  suggestion: { drop: ['id'] },
};

test('are those that the service names, each with its reason', () => {
  const other = { ...id, suggestion: { drop: ['key'] } };
  expect(columnsToDrop(refused(id, other))).toEqual([
    { name: 'id', reason: 'Column 1 ("id"): 300 different texts' },
    { name: 'key', reason: 'Column 1 ("id"): 300 different texts' },
  ]);
});

test('are none where that would not mend it all', () => {
  expect(columnsToDrop(refused(id, { pointer: '/target', message: 'Unknown.' }))).toEqual([]);
  expect(columnsToDrop(refused())).toEqual([]);
  expect(columnsToDrop(new Error('broken'))).toEqual([]);
});
