import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainNonNumber, isMissing, parseNumber, scanNumber } from './scan-number.ts';

const read = (text: string) => parseNumber(text, scanNumber(text));

describe('numbers in cells', () => {
  it.each([
    ['0', 0],
    ['-0', -0],
    ['+5', 5],
    ['1.', 1],
    ['.5', 0.5],
    ['1e5', 100_000],
    ['1E-05', 0.00001],
    [' 7\t', 7],
    ['0.10', 0.1],
    ['9007199254740993.0', 9007199254740992],
    ['100000000000000000000', 1e20],
    ['-39443868756709770', -39443868756709770],
  ])('%j is %d', (text, value) => {
    expect(read(text)).toBe(value);
  });

  it.each([
    ['0x10', 'is not a number'],
    ['007', 'has leading zeros'],
    ['-00.5', 'has leading zeros'],
    ['1_000', 'is not a number'],
    ['1,000', 'has thousands separators'],
    ['1\u202F000,5', 'has its thousands set apart'],
    ["12'000", 'has its thousands set apart'],
    ['−5', 'has a dash for a minus sign'],
    ['12.5 %', 'has a percent sign'],
    ['$1,200', 'has a sign of money'],
    ['9,90 €', 'has a sign of money'],
    ['1,5', 'has a decimal comma'],
    ['1 2', 'is not a number'],
    ['.', 'is not a number'],
    ['e5', 'is not a number'],
    ['1e', 'is not a number'],
    ['--1', 'is not a number'],
    ['1n', 'is not a number'],
    ['١', 'is not a number'],
    ['\u00a01', 'is not a number'],
    ['true', 'is not a number'],
    ['-Infinity', 'is not finite'],
    ['inf', 'is not finite'],
    ['1e999', 'is too large'],
    ['9007199254740993', 'has more digits'],
    ['NA', 'is not a number'],
  ])('%j is none: it %s', (text, reason) => {
    expect(read(text)).toBeUndefined();
    expect(isMissing(text)).toBe(false);
    expect(explainNonNumber(text)).toContain(reason);
  });

  it.each(['', '  ', 'nan', 'NaN', '-nan', ' NAN '])('%j is missing', (text) => {
    expect(read(text)).toBeUndefined();
    expect(isMissing(text)).toBe(true);
  });

  it('read back as they were written', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = Object.is(value, -0) ? '-0' : String(value);
        expect(read(text)).toBe(value);
      }),
    );
  });

  it('are said to stand in their own form only where they do', () => {
    const digits = fc.string({
      unit: fc.constantFrom('0', '1', '9', '.', '-', 'e'),
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(digits, (text) => {
        if (scanNumber(text) === 1) expect(String(Number(text))).toBe(text);
      }),
      { numRuns: 5000 },
    );
  });
});
