import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIsoTime } from './parse-times.ts';

describe('times in cells', () => {
  it('are what Date writes', () => {
    const range = {
      min: new Date('0000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    };
    fc.assert(
      fc.property(fc.date(range), (date) => {
        expect(parseIsoTime(date.toISOString())).toBe(date.getTime());
      }),
    );
  });

  it.each([
    ['2024-01-01', '2024-01-01T00:00:00Z'],
    ['2024-01-01 05:06', '2024-01-01T05:06:00Z'],
    ['2024-01-01T05:06:07', '2024-01-01T05:06:07Z'],
    ['2024-01-01T05:06:07.25+0530', '2023-12-31T23:36:07.250Z'],
  ])('%s is %s', (text, same) => {
    expect(parseIsoTime(text)).toBe(Date.parse(same));
  });

  it.each([
    '',
    '2024',
    '2023-02-29',
    '2024-13-01',
    '2024-00-10',
    '2024-01-01T24:00',
    '2024-01-01T05:60',
    '01/02/2024',
    '2024-1-1',
    '2024-01-01+02:00',
  ])('%j is none', (text) => {
    expect(parseIsoTime(text)).toBeUndefined();
  });
});
