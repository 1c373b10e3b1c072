import type { Feature } from '@holdfast/contracts/dataset';
import type { FittedColumn } from '@holdfast/core/preprocessing/feature-pipeline';
import { describe, expect, test } from 'vitest';
import { findUnseen } from './find-unseen.ts';
import { createFeatureReaders } from './read-cell.ts';
import { readCsvRows } from './read-csv-rows.ts';
import { readObjectRows } from './read-rows.ts';

const features: Feature[] = [
  { name: 'size', kind: 'number', missing: { rows: 2, filledWith: 'median' } },
  { name: 'color', kind: 'category', categories: ['1', 'blue', 'red'] },
  { name: 'sold', kind: 'boolean' },
  { name: 'day', kind: 'date' },
];
const columns: FittedColumn[] = [
  { kind: 'number', categories: 0, missing: 'median', fill: 3 },
  { kind: 'category', categories: 3, missing: null, fill: null },
  { kind: 'boolean', categories: 0, missing: null, fill: 1 },
  { kind: 'date', categories: 0, missing: null, fill: 0 },
];
const readers = createFeatureReaders(features, columns);
const noon = Date.UTC(2024, 1, 29, 12);
const expected = [1.5, 2, 1, noon, Number.NaN, -1, 0, Number.NaN, -3, 0, Number.NaN, noon];

describe('rows of all kinds of columns', () => {
  test('come from objects and from CSV to the same numbers', async () => {
    const rows = [
      { size: 1.5, color: 'red', sold: true, day: '2024-02-29T12:00:00Z' },
      { day: null, sold: 'no', color: 'green', size: null },
      { size: -3, color: '1', sold: null, day: '2024-02-29T12:00:00Z' },
    ];
    const objects = readObjectRows({ rows }, readers);
    expect(objects).toEqual({ rows: 3, features: Float64Array.from(expected) });
    const csv =
      'color,day,sold,size\nred,2024-02-29T12:00:00Z,true,1.5\ngreen,,no,NA\n1,2024-02-29T12:00:00Z,,-3\n';
    expect(await readCsvRows(Buffer.from(csv), readers)).toEqual(objects);
    expect(findUnseen(features, objects)).toEqual([
      {
        code: 'unseenCategory',
        message: 'Row 1: no training row has this value of "color"; it counts as none of the known ones.',
      },
    ]);
    const known = readObjectRows({ rows: rows.slice(0, 1) }, readers);
    expect(findUnseen(features, known)).toEqual([]);
  });

  test('a column with no value at all is one of missing values', async () => {
    const csv = 'color,day,sold,size\n1,,,\n1,,,NA\n';
    const { features: read } = await readCsvRows(Buffer.from(csv), readers);
    expect([...read]).toEqual([Number.NaN, 0, Number.NaN, Number.NaN, Number.NaN, 0, Number.NaN, Number.NaN]);
  });

  test.each([
    [{ size: '1' }, '/rows/0/size', 'is the text "1", and must be a number'],
    [{ color: 1 }, '/rows/0/color', 'is 1, and must be a text, the category’s name'],
    [{ sold: 'perhaps' }, '/rows/0/sold', 'is the text "perhaps", and must be true or false'],
    [{ sold: 1 }, '/rows/0/sold', 'is 1, and must be true or false'],
    [{ day: 'monday' }, '/rows/0/day', 'is the text "monday", and must be a date such as "2024-02-29"'],
    [{ day: [] }, '/rows/0/day', 'is a list or an object, and must be a date such as "2024-02-29"'],
    [{ colour: 'red' }, '/rows/0/colour', 'The model has no feature of this name. Did you mean "color"?'],
  ])('%j is refused by its place', (change, pointer, message) => {
    const row = { size: 1, color: 'red', sold: true, day: '2024-02-29', ...change };
    expect(() => readObjectRows({ rows: [row] }, readers)).toThrow(
      expect.objectContaining({ type: 'invalid-rows', errors: [{ pointer, message }] }),
    );
  });

  test.each([
    ['color,day,sold,size\nred,monday,true,1\n', /^Line 2, column 2 \("day"\): "monday" is no date such as/],
    ['color,day,sold,size\nred,2024-02-29,true,1\nred,2024-02-29,maybe,1\n', /^Line 3, column 3 \("sold"\)/],
    [
      'color,day,sold,size\nred,2024-02-29,true,much\n',
      /^Line 2, column 4 \("size"\): "much" is not a number/,
    ],
    ['color,day,sold\nred,2024-02-29,true\n', /^Line 1: the column "size" is missing/],
  ])('%j is refused by line and column', async (csv, message) => {
    await expect(readCsvRows(Buffer.from(csv), readers)).rejects.toMatchObject({
      type: 'invalid-rows',
      errors: [{ message: expect.stringMatching(message) }],
    });
  });

  test('a missing value is refused where no training row misses one', async () => {
    const plain = createFeatureReaders([{ name: 'x', kind: 'number' }], null);
    expect(() => readObjectRows({ rows: [{ x: 1 }, { x: null }] }, plain)).toThrow(
      expect.objectContaining({
        errors: [{ pointer: '/rows/1/x', message: expect.stringContaining('is null') }],
      }),
    );
    await expect(readCsvRows(Buffer.from('x\n1\nNA\n'), plain)).rejects.toMatchObject({
      errors: [{ message: expect.stringMatching(/^Line 3, column 1 \("x"\): The cell has no value/) }],
    });
  });

  test('says how many errors there are beyond those that it lists', () => {
    const rows = Array.from({ length: 30 }, () => ({ size: 'x', color: 'red', sold: true, day: null }));
    expect(() => readObjectRows({ rows }, readers)).toThrow(
      expect.objectContaining({
        message: '/rows/0/size: is the text "x", and must be a number (and 29 more)',
        errors: expect.arrayContaining([{ pointer: '', message: 'And 10 more.' }]),
      }),
    );
  });
});
