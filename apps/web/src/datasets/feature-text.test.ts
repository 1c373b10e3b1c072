import type { Feature } from '@holdfast/contracts/dataset';
import { expect, it } from 'vitest';
import { barText, columnText, valueText } from './feature-text.ts';

const figures = { mean: 0.25, std: 0.5, distinct: 2 };
const colour: Feature = { name: 'colour', kind: 'category', categories: ['blue', 'red'] };

it('tells values by what the column holds', () => {
  expect(valueText({ name: 'length', kind: 'number' }, 1.23456)).toBe('1.235');
  expect(valueText(undefined, 2)).toBe('2');
  expect(valueText(colour, 1)).toBe('red');
  expect(valueText({ name: 'alive', kind: 'boolean' }, 0)).toBe('false');
  expect(valueText({ name: 'seen', kind: 'date' }, Date.UTC(2024, 1, 29))).toBe('2024-02-29');
});

it('tells the middle of numbers alone, and what is missing', () => {
  expect(columnText({ name: 'length', kind: 'number' }, figures)).toBe('0.25 ± 0.5');
  expect(columnText(colour, figures)).toBe('2 categories');
  expect(columnText({ name: 'alive', kind: 'boolean' }, figures)).toBe('25 % true');
  const missing = { rows: 3, filledWith: 'median' as const };
  expect(columnText({ name: 'seen', kind: 'date', missing }, figures)).toBe('date, 3 missing');
});

it('tells which categories a bar counts', () => {
  const of = { min: 0, max: 1, bins: 2 };
  expect([0, 1].map((bar) => barText(colour, of, bar))).toEqual(['blue', 'red']);
  expect(barText({ name: 'alive', kind: 'boolean' }, of, 1)).toBe('true');
  expect(barText({ name: 'length', kind: 'number' }, of, 1)).toBeNull();
  const many: Feature = { name: 'm', kind: 'category', categories: ['a', 'b', 'c', 'd'] };
  expect([0, 1].map((bar) => barText(many, { min: 0, max: 3, bins: 2 }, bar))).toEqual(['a, b', 'c, d']);
});
