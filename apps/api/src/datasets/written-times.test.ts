import { describe, expect, it } from 'vitest';
import { isAmbiguousTime, parseTime, timeReader } from './written-times.ts';

const day = Date.UTC(2024, 1, 29);
const noon = day + (12 * 60 + 30) * 60_000;

describe('dates', () => {
  it.each([
    ['2024-02-29', day],
    ['2024-02-29T12:30:00Z', noon],
    ['29.2.2024', day],
    ['29.02.2024 12:30', noon],
    ['2024/02/29', day],
    ['2024/2/29 12:30:00', noon],
    ['29 Feb 2024', day],
    ['29-Feb-2024', day],
    ['29 February 2024', day],
    ['Feb 29, 2024', day],
    ['february 29 2024, 12:30 PM', noon],
    ['2/29/2024', day],
    ['29/02/2024', day],
    [' 2/29/2024 12:30 pm ', noon],
    ['2/29/2024 12:00 AM', day],
    ['29-02-2024', day],
    ['3/3/2024', Date.UTC(2024, 2, 3)],
  ])('%s', (text, expected) => {
    expect(parseTime(text)).toBe(expected);
  });

  it.each([
    '4/5/2024',
    '31.2.2024',
    '30/30/2024',
    '29 Fob 2024',
    '2/29/24',
    '2/29/2024 13:00 PM',
    '29.2.2024 25:00',
    '1.5',
    '12-34',
    'May',
    '',
  ])('not %j', (text) => {
    expect(parseTime(text)).toBeUndefined();
  });

  it('of a column are read in the order that one of them shows', () => {
    const texts = ['4/5/2024', '4/25/2024', 'x', '3/3/2024'];
    expect(texts.map(timeReader(texts))).toEqual([
      Date.UTC(2024, 3, 5),
      Date.UTC(2024, 3, 25),
      undefined,
      Date.UTC(2024, 2, 3),
    ]);
    expect(timeReader(['25/4/2024'])('4/5/2024')).toBe(Date.UTC(2024, 4, 4));
    expect(timeReader(['25/4/2024', '4/25/2024'])('4/5/2024')).toBeUndefined();
    expect(timeReader([])('4/5/2024')).toBeUndefined();
  });

  it('may be ambiguous', () => {
    expect(isAmbiguousTime('4/5/2024')).toBe(true);
    expect(['4/25/2024', '40/5/2024', 'x', '2024-04-05'].some(isAmbiguousTime)).toBe(false);
  });
});
