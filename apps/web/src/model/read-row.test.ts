import type { Feature } from '@holdfast/contracts/dataset';
import { expect, it } from 'vitest';
import { readRow } from './read-row.ts';

const features: Feature[] = [
  { name: 'length', kind: 'number' },
  { name: 'colour', kind: 'category', categories: ['red', 'blue'] },
  { name: 'alive', kind: 'boolean' },
  { name: 'seen', kind: 'date' },
];

it('reads what was typed by the kind of the column; nothing is a missing value', () => {
  expect(readRow(features, { length: ' 5.1 ', colour: 'red', alive: 'false', seen: '2026-01-02' })).toEqual({
    length: 5.1,
    colour: 'red',
    alive: false,
    seen: '2026-01-02',
  });
  expect(readRow(features, { length: '0' })).toEqual({ length: 0, colour: null, alive: null, seen: null });
});

it('sends what is no number as it is, for the service to say so', () => {
  expect(readRow(features, { length: 'long' }).length).toBe('long');
  expect(readRow(features, { length: 'Infinity' }).length).toBe('Infinity');
});
